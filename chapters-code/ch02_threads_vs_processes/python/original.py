"""What a worker costs in Python: starting one, two sums, and a pool over sleeps.

Prints one line of JSON: how long it took, and how much CPU time it used.
"""

import argparse
import json
import multiprocessing
import threading
import time
from concurrent.futures import ProcessPoolExecutor

try:
    import resource
except ImportError:  # Windows has no such thing
    resource = None

# A thread is started so often, a process by fork, and one by spawn.
STARTS = {"thread": 1500, "fork": 40, "spawn": 4}


# ANCHOR: start
def nothing():
    pass


def start(how):
    if how == "thread":
        worker = threading.Thread(target=nothing)
    else:
        worker = multiprocessing.get_context(how).Process(target=nothing)
    worker.start()
    worker.join()
# ANCHOR_END: start


# ANCHOR: sums
def sum_squares(below):
    return sum(i * i for i in range(below))


def sums(workers, below):
    if workers == 1:
        return [sum_squares(below), sum_squares(below)]
    with ProcessPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(sum_squares, [below, below]))
# ANCHOR_END: sums


# ANCHOR: naps
def naps(workers, unit):
    with ProcessPoolExecutor(max_workers=workers) as pool:
        list(pool.map(time.sleep, [unit * seconds for seconds in (5, 4, 3, 2, 1)]))
# ANCHOR_END: naps


def cpu_seconds():
    """CPU time of this process and of its children that have ended; None where nobody tells."""
    if resource is None:
        return None
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def starts(how):
    """The median of many starts."""
    took = []
    for _ in range(STARTS[how]):
        clock = time.perf_counter()
        start(how)
        took.append(time.perf_counter() - clock)
    return sorted(took)[len(took) // 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["start", "sum", "sums", "naps"])
    parser.add_argument("--how", choices=list(STARTS), default="thread")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--unit", type=float, default=1.0, help="what a second of sleep lasts")
    parser.add_argument("--below", type=int, default=10_000_000)
    args = parser.parse_args()

    if args.what == "start":
        print(json.dumps({"wall_s": starts(args.how)}))
        return
    cpu, wall = cpu_seconds(), time.perf_counter()
    if args.what == "sum":
        sum_squares(args.below)
    elif args.what == "sums":
        assert len(set(sums(args.workers, args.below))) == 1
    else:
        naps(args.workers, args.unit)
    wall = time.perf_counter() - wall
    print(json.dumps({"wall_s": wall, "cpu_s": None if cpu is None else cpu_seconds() - cpu}))


if __name__ == "__main__":
    main()
