"""What the sources say about pools, tried in Python: one experiment a call, one JSON line."""

import argparse
import asyncio
import hashlib
import itertools
import json
import math
import random
import resource
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from PIL import Image, ImageFilter

HASHES = 1024
BLOCK = bytes(1 << 20)
FACTORIALS = 10_000
SQUARES = 12_000_000
DARTS = 3_000_000
TASKS = 4


def hash_block(_):
    return hashlib.sha256(BLOCK).digest()


def factorial(n):
    return 1 if n == 0 else n * factorial(n - 1)


def sum_squares(n):
    return sum(i * i for i in range(n))


def throw_darts(n):
    throw = random.Random(n).random
    return sum(throw() ** 2 + throw() ** 2 <= 1 for _ in range(n))


async def throw_darts_async(n):
    return throw_darts(n)


def measured(work):
    """Wall and CPU seconds of work(), children included."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    work()
    return {"wall_s": time.perf_counter() - wall, "cpu_s": cpu_seconds() - cpu}


def cpu_seconds():
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def mapped(pool, workers, job, items, chunk=1):
    if pool == "sequential":
        return list(map(job, items))
    executor = ThreadPoolExecutor if pool == "threads" else ProcessPoolExecutor
    with executor(workers) as running:
        return list(running.map(job, items, chunksize=chunk))


def hashing(pool, workers):
    return measured(lambda: mapped(pool, workers, hash_block, range(HASHES)))


def chunks(pool, workers, chunk, times):
    numbers = [100] * (FACTORIALS * times)
    return measured(lambda: mapped(pool, workers, factorial, numbers, chunk))


def sums(pool, workers):
    return measured(lambda: mapped(pool, workers, sum_squares, [SQUARES] * 2))


def pi(pool, workers):
    if pool == "async":

        async def together():
            await asyncio.gather(*(throw_darts_async(DARTS) for _ in range(TASKS)))

        return measured(lambda: asyncio.run(together()))
    return measured(lambda: mapped(pool, workers, throw_darts, [DARTS] * TASKS))


def eager():
    """How many of 1,000 inputs map has taken when its first result is read."""
    taken = itertools.count()
    with ThreadPoolExecutor(2) as executor:
        results = executor.map(math.sqrt, (next(taken) for _ in range(1_000)))
        next(results)
        return {"taken": next(taken)}


SILENT = """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(2) as executor:
    executor.map(lambda n: 1 / n, [1, 0])
"""


def silent():
    """Exit status of a program whose job failed and whose results nobody reads."""
    return {"exit_status": subprocess.run([sys.executable, "-c", SILENT]).returncode}


def fail_seventh(n):
    if n == 7:
        raise ValueError("job 7")
    return n


def template():
    """How many of twelve results list(executor.map(..)) hands over when one job fails."""
    try:
        with ThreadPoolExecutor(2) as executor:
            results = list(executor.map(fail_seventh, range(12)))
    except ValueError:
        results = []
    return {"kept": len(results)}


def peer():
    """What share of its own speed a counting thread keeps while another thread blurs."""
    image = Image.effect_noise((2400, 1600), 64).convert("RGB")
    stop = threading.Event()
    counted = 0

    def count():
        nonlocal counted
        while not stop.is_set():
            counted += 1

    def blur():
        image.filter(ImageFilter.GaussianBlur(15))

    def rate(beside):
        nonlocal counted
        counted = 0
        stop.clear()
        thread = threading.Thread(target=count)
        started = time.perf_counter()
        thread.start()
        beside()
        stop.set()
        thread.join()
        return counted / (time.perf_counter() - started)

    alone = rate(lambda: time.sleep(0.3))
    return {"share": rate(blur) / alone}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment")
    parser.add_argument("--pool", default="sequential")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--chunk", type=int, default=1)
    parser.add_argument("--times", type=int, default=1)
    args = parser.parse_args()
    work = {
        "hash": lambda: hashing(args.pool, args.workers),
        "chunks": lambda: chunks(args.pool, args.workers, args.chunk, args.times),
        "sums": lambda: sums(args.pool, args.workers),
        "pi": lambda: pi(args.pool, args.workers),
        "eager": eager,
        "silent": silent,
        "template": template,
        "peer": peer,
    }
    print(json.dumps(work[args.experiment]()))


if __name__ == "__main__":
    main()
