"""The sources' rule, CPU time / time > 0.8, on jobs whose answer is known: one a call, one line of
JSON."""

import argparse
import hashlib
import json
import multiprocessing
import threading
import time
from threading import Thread

try:
    import resource
except ImportError:  # Windows has no such thing
    resource = None

try:
    import sqlite3
except ImportError:  # some systems have it in a package of its own
    sqlite3 = None

# Where a process can be forked, it is: what it costs to start one is another chapter's question.
if "fork" in multiprocessing.get_all_start_methods():
    multiprocessing.set_start_method("fork")

COUNT = 6_000_000
PAUSE = 0.3
HASHES = 300
BLOCK = bytes(1 << 20)
ROWS = 200_000


# ANCHOR: rule
def rule(job):
    """CPU time / time of a job, as the sources take them, and what they then call it."""
    cpu, wall = time.process_time(), time.perf_counter()
    job()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return cpu / wall, "CPU-bound" if cpu / wall > 0.8 else "I/O-bound"
# ANCHOR_END: rule


def count():
    total = 0
    for i in range(COUNT):
        total += i
    return total


def pause():
    time.sleep(PAUSE)


def hash_blocks():
    for _ in range(HASHES):
        hashlib.sha256(BLOCK).digest()


# ANCHOR: two
def two(worker, job):
    workers = [worker(target=job) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
# ANCHOR_END: two


def processes():
    two(multiprocessing.Process, count)


def threads():
    two(Thread, count)


def hash_threads():
    two(Thread, hash_blocks)


def lock():
    """Wants a lock, which another thread has and sleeps."""
    held, taken = threading.Lock(), threading.Event()

    def other():
        with held:
            taken.set()
            pause()

    thread = Thread(target=other)
    thread.start()
    taken.wait()
    with held:
        pass
    thread.join()


def database():
    """A database in memory: rows go in, sums come out."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE sold (shop INTEGER, price INTEGER)")
        rows = ((i % 100, i) for i in range(ROWS))
        database.executemany("INSERT INTO sold VALUES (?, ?)", rows)
        sums = "SELECT shop, SUM(price), AVG(price) FROM sold GROUP BY shop ORDER BY 2"
        for _ in range(5):
            assert len(database.execute(sums).fetchall()) == 100
    database.close()


def cpu_seconds():
    """User and system time of this process, and of its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return [usage.ru_utime + usage.ru_stime for usage in usages]


JOBS = {
    "count": count,
    "sleep": pause,
    "processes": processes,
    "threads": threads,
    "hash_threads": hash_threads,
    "lock": lock,
    "database": database if sqlite3 else None,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", choices=JOBS)
    job = JOBS[parser.parse_args().job]
    answer = {"wall_s": None}
    if job:
        before, wall = cpu_seconds() if resource else None, time.perf_counter()
        share, label = rule(job)
        answer = {
            "wall_s": time.perf_counter() - wall,
            "share": share,
            "called_cpu": int(label == "CPU-bound"),
        }
    if job and resource:
        own, children = (after - start for after, start in zip(cpu_seconds(), before))
        answer["cpu_s"] = own + children
        answer["in_children"] = children / (own + children)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
