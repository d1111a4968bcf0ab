"""Programs with a known answer, in Python: zoo.py NAME SECONDS SERVER."""

import sys
import time


# ANCHOR: compute
def compute(until):
    total = 0
    while time.monotonic() < until:
        for number in range(1000):
            total += number * number
    return total
# ANCHOR_END: compute


def python_compute(until, server):
    compute(until)


# ANCHOR: threads
def python_threads(until, server, number=2):
    import threading

    threads = [threading.Thread(target=compute, args=(until,)) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
# ANCHOR_END: threads


def python_crowd(until, server):
    python_threads(until, server, 8)


# ANCHOR: processes
def python_processes(until, server):
    import multiprocessing

    processes = [multiprocessing.Process(target=compute, args=(until,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        if process.exitcode:
            sys.exit(f"a process ended with {process.exitcode}")
# ANCHOR_END: processes


def ask(server, seconds):
    import urllib.request

    url = f"http://{server}/{seconds * 1000:.0f}"
    # Whatever proxy the machine has, the server is on this one.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=30) as answer:
        answer.read()


def python_client(until, server):
    while time.monotonic() < until:
        ask(server, 0.05)


# ANCHOR: lock
def python_lock(until, server):
    import threading

    lock = threading.Lock()

    def ask_in_turn():
        while time.monotonic() < until:
            with lock:
                ask(server, 0.05)

    threads = [threading.Thread(target=ask_in_turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
# ANCHOR_END: lock


def python_sleep(until, server):
    while time.monotonic() < until:
        time.sleep(0.1)


# ANCHOR: phases
def python_phases(until, server):
    while time.monotonic() < until:
        begun = time.monotonic()
        compute(begun + 0.1)
        ask(server, time.monotonic() - begun)
# ANCHOR_END: phases


if __name__ == "__main__":
    name, seconds, server = sys.argv[1:]
    globals()[name.replace("-", "_")](time.monotonic() + float(seconds), server)
