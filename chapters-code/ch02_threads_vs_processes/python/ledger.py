"""What the sources say about processes, tried in Python: one experiment a call, one JSON line."""

import argparse
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.process import BaseProcess
from pathlib import Path

SLEEPERS = 10
JOBS = 12

# As the sources write it: the pool is made at the top of the file, with nothing around it.
UNGUARDED = """
import multiprocessing
multiprocessing.set_start_method({method!r}, force=True)
from concurrent.futures import ProcessPoolExecutor
def work(n):
    return n
with ProcessPoolExecutor(2) as pool:
    assert list(pool.map(work, [1, 2])) == [1, 2]
"""


def unguarded(_):
    """Exit status of a script without a main guard, by start method; None where there is none."""
    status = dict.fromkeys(["fork", "spawn", "forkserver"])
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.py"
        for method in set(status) & set(multiprocessing.get_all_start_methods()):
            script.write_text(UNGUARDED.format(method=method))
            ran = subprocess.run([sys.executable, script], stderr=subprocess.DEVNULL, timeout=60)
            status[method] = ran.returncode
    return status


def is_thread(_):
    thread = threading.current_thread()
    return type(thread) is threading.Thread and thread is not threading.main_thread()


def is_process(_):
    is_child = multiprocessing.parent_process() is not None
    return is_child and isinstance(multiprocessing.current_process(), BaseProcess)


def built_on(_):
    """How many of two workers of each pool are workers of threading and of multiprocessing."""
    with ThreadPoolExecutor(2) as pool:
        threads = sum(pool.map(is_thread, range(2)))
    with ProcessPoolExecutor(2) as pool:
        processes = sum(pool.map(is_process, range(2)))
    return {"threads": threads, "processes": processes}


def work(number):
    time.sleep(0.01)
    if number == 4:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))  # Windows has no SIGKILL
    time.sleep(0.01)
    return number


# ANCHOR: killed
def killed(_):
    """How many results there are when a worker is killed in the fifth job."""
    done = 0
    with ProcessPoolExecutor(2) as pool:
        futures = [pool.submit(work, number) for number in range(JOBS)]
        for future in futures:
            try:
                future.result()
                done += 1
            except BrokenProcessPool:
                pass
    lost = JOBS - done
    return {"done": done, "lost": lost, "others": lost - 1}
# ANCHOR_END: killed


def memory(pid):
    """PSS and RSS of a process in bytes, as Linux tells them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines[1:]}
    return sizes["Pss"], sizes["Rss"]


def sleep_until_told(told, asleep):
    asleep.release()
    told.wait()


def sleepers(how):
    """Memory of ten workers that sleep: what one of them adds, and of all with their parent."""
    if not Path("/proc/self/smaps_rollup").exists():
        return {}
    context = threading if how == "thread" else multiprocessing.get_context(how)
    worker = threading.Thread if how == "thread" else context.Process
    told, asleep = context.Event(), context.Semaphore(0)
    before = memory("self")
    workers = [worker(target=sleep_until_told, args=(told, asleep)) for _ in range(SLEEPERS)]
    for one in workers:
        one.start()
    for _ in workers:
        asleep.acquire()
    time.sleep(0.05)
    own = memory("self")
    sizes = [] if how == "thread" else [memory(one.pid) for one in workers]
    pss, rss = own[0] + sum(size[0] for size in sizes), own[1] + sum(size[1] for size in sizes)
    # Threads share all pages: their own are resident. PSS would move with other Pythons here.
    each_rss = sizes[0][1] if sizes else (rss - before[1]) / SLEEPERS
    each = (pss - before[0]) / SLEEPERS if sizes else each_rss
    shared = sum(size[0] for size in sizes) / sum(size[1] for size in sizes) if sizes else None
    told.set()
    for one in workers:
        one.join()
    return {"each": each, "each_rss": each_rss, "all": pss, "pss_to_rss": shared}


def main():
    experiments = [unguarded, built_on, killed, sleepers]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", choices=[one.__name__ for one in experiments])
    parser.add_argument("--how", choices=["thread", "fork", "spawn"])
    args = parser.parse_args()
    chosen = next(one for one in experiments if one.__name__ == args.experiment)
    print(json.dumps(chosen(args.how)))


if __name__ == "__main__":
    main()
