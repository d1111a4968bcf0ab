"""The chapter's experiments in Python: one a call, one line of JSON."""

import argparse
import json
import queue
import threading
import time
from queue import Queue
from threading import Thread

ITEMS = 5


# ANCHOR: five
def produce(items, second, log):
    for number in range(ITEMS):
        log(("makes", number))
        items.put(number)
        time.sleep(second)
    items.put(None)
    log(("ends",))


def consume(items, second, log):
    while (number := items.get()) is not None:
        log(("uses", number))
        time.sleep(2 * second)
    log(("nothing more",))
# ANCHOR_END: five


def five(second, places=0):
    """Five items, made in one second and used in two; the most that were in the queue."""
    items, log, depths = Queue(places), [], []

    def tell(line):
        log.append(line)
        depths.append(items.qsize())

    workers = [Thread(target=job, args=(items, second, tell)) for job in (produce, consume)]
    clock = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    wall = time.perf_counter() - clock
    return {"wall_s": wall, "to_ideal": wall / (ITEMS * 2 * second), "deepest": max(depths)}


def count_until_none(items, ended):
    while items.get() is not None:
        pass
    ended.release()


def sentinel(consumers=3):
    """How many of three consumers end when one None is put, and how many wait for ever."""
    items, ended = Queue(), threading.Semaphore(0)
    for _ in range(consumers):
        Thread(target=count_until_none, args=(items, ended), daemon=True).start()
    for number in range(100):
        items.put(number)
    items.put(None)
    ended.acquire()
    count = 1
    # Each that ends says so at once; half a second without a word is the end of it.
    while ended.acquire(timeout=0.5):
        count += 1
    for _ in range(consumers - count):
        items.put(None)
    return {"ended": count, "waiting": consumers - count}


def many(each, producers=2, consumers=3):
    """How many items are lost, and how many used twice."""
    items, got = Queue(8), [[] for _ in range(consumers)]

    def produce(me):
        for number in range(each):
            items.put((me, number))

    def consume(mine):
        while (item := items.get()) is not None:
            mine.append(item)

    makers = [Thread(target=produce, args=(me,)) for me in range(producers)]
    users = [Thread(target=consume, args=(mine,)) for mine in got]
    for worker in makers + users:
        worker.start()
    for worker in makers:
        worker.join()
    for _ in users:
        items.put(None)
    for worker in users:
        worker.join()
    used = [item for mine in got for item in mine]
    return {"lost": producers * each - len(set(used)), "doubled": len(used) - len(set(used))}


def rush(kind, count):
    """Numbers through a queue as fast as they can, from one thread to another."""
    items = queue.SimpleQueue() if kind == "simple" else Queue(1024)

    def consume():
        while items.get() is not None:
            pass

    consumer = Thread(target=consume)
    clock = time.perf_counter()
    consumer.start()
    for number in range(count):
        items.put(number)
    items.put(None)
    consumer.join()
    return {"wall_s": time.perf_counter() - clock}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", choices=["five", "sentinel", "many", "rush"])
    parser.add_argument("--second", type=float, default=0.02)
    parser.add_argument("--places", type=int, default=0)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--kind", choices=["queue", "simple"], default="queue")
    args = parser.parse_args()
    answers = {
        "five": lambda: five(args.second, args.places),
        "sentinel": sentinel,
        "many": lambda: many(args.items),
        "rush": lambda: rush(args.kind, args.count),
    }
    print(json.dumps(answers[args.experiment]()))


if __name__ == "__main__":
    main()
