"""The chapter's experiments in Python: one a call, one line of JSON."""

import argparse
import hashlib
import json
import multiprocessing
import socket
import sys
import threading
import time
from threading import Thread

try:
    import resource
except ImportError:  # Windows has no such thing
    resource = None

# Where a process can be forked, it is: what it costs to start one is another chapter's question.
if "fork" in multiprocessing.get_all_start_methods():
    multiprocessing.set_start_method("fork")

COUNT = 30_000_000
WAITS = 5
HASHES = 400
BLOCK = bytes(1 << 20)
UPDATES = 300_000
MESSAGE = b"x" * 16


# ANCHOR: count
def count(n=COUNT):
    total = 0
    for i in range(n):
        total += i
    return total


def two(worker, job):
    workers = [worker(target=job) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()


# two(threading.Thread, count), and then two(multiprocessing.Process, count)
# ANCHOR_END: count


def wait():
    for _ in range(WAITS):
        time.sleep(0.1)


def hash_blocks():
    for _ in range(HASHES):
        hashlib.sha256(BLOCK).digest()


def cpu_seconds():
    if resource is None:
        return None
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def measured(job, workers):
    """Wall and CPU seconds of two workers that do the job, or of this program alone."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    if workers == "serial":
        job(), job()
    elif workers == "alone":
        job()
    else:
        two({"threads": Thread, "processes": multiprocessing.Process}[workers], job)
    wall = time.perf_counter() - wall
    return {"wall_s": wall, "cpu_s": None if cpu is None else cpu_seconds() - cpu}


def turns():
    """The turns of two threads that count, as (thread, begin, end), from what they saw of the clock."""
    seen = []

    def look(me, until):
        begin = end = time.perf_counter()
        while end < until:
            now = time.perf_counter()
            if now - end > 0.0005:  # somebody else had the GIL
                seen.append((begin, end, me))
                begin = now
            end = now
        seen.append((begin, end, me))

    until = time.perf_counter() + 0.5
    threads = [Thread(target=look, args=[me, until]) for me in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(seen)


def hold():
    """The median of how long a thread had the GIL before the other one got it, in seconds."""
    held = sorted(end - begin for begin, end, _ in turns())
    return {"answer": held[len(held) // 2]}


def handoffs():
    """How often a second the GIL went from one thread to the other."""
    seen = turns()
    switches = sum(a[2] != b[2] for a, b in zip(seen, seen[1:]))
    return {"answer": switches / (seen[-1][1] - seen[0][0])}


# ANCHOR: lost
counter = 0


def add_one(value):
    return value + 1


def update():
    global counter
    for _ in range(UPDATES):
        counter = add_one(counter)
# ANCHOR_END: lost


def lost():
    """How many updates of two threads are missing in the end."""
    sys.setswitchinterval(5e-5)  # more hand-offs, so that a short run has enough of them
    two(Thread, update)
    return {"answer": 2 * UPDATES - counter}


def serve(listener):
    client, _ = listener.accept()
    while message := client.recv(len(MESSAGE)):
        time.sleep(0.0002)
        client.sendall(message)


def requests(times, beside):
    """Requests a second of a thread, alone or beside one that counts; the server is a process."""
    listener = socket.create_server(("127.0.0.1", 0))
    multiprocessing.Process(target=serve, args=[listener], daemon=True).start()
    stop = threading.Event()

    def compute():
        while not stop.is_set():
            count(1_000)

    busy = Thread(target=compute)
    if beside:
        busy.start()
    try:
        with socket.create_connection(listener.getsockname()) as server:
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            began = time.perf_counter()
            for _ in range(times):
                server.sendall(MESSAGE)
                server.recv(len(MESSAGE))
            wall = time.perf_counter() - began
    finally:
        stop.set()
    return {"answer": times / wall}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment")
    parser.add_argument("--workers", default="serial")
    args = parser.parse_args()
    jobs = {"count": count, "wait": wait, "hash": hash_blocks}
    answers = {
        "hold": hold,
        "handoffs": handoffs,
        "lost": lost,
        "alone": lambda: requests(300, beside=False),
        "beside": lambda: requests(30, beside=True),
    }
    if args.experiment in jobs:
        print(json.dumps(measured(jobs[args.experiment], args.workers)))
    else:
        print(json.dumps(answers[args.experiment]()))


if __name__ == "__main__":
    main()
