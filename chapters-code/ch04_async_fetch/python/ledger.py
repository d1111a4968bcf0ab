"""What the sources say about waiting, tried in Python: one experiment a call, one JSON line."""

import argparse
import asyncio
import importlib.metadata
import json
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
import requests

TASKS = 10_000
THREADS = 1_000
PAGES = 12
DEPOSITS = 1_000
FILES = 200
BLOCK = 0.1
TICK = 0.005


# ANCHOR: gather
async def get(session, url):
    async with session.get(url) as page:
        page.raise_for_status()
        return await page.text()


async def template(urls):
    async with aiohttp.ClientSession() as session:
        tasks = [get(session, url) for url in urls]
        return await asyncio.gather(*tasks)
# ANCHOR_END: gather


def connector(server):
    """As many pages as the caller says, by the sources' template: the server counts."""
    pages = asyncio.run(template([f"{server}/after/1500"] * 250))
    return {"pages": len(pages)}


async def left_behind(urls):
    async with aiohttp.ClientSession() as session:
        tasks = [asyncio.create_task(get(session, url)) for url in urls]
        try:
            await asyncio.gather(*tasks)
        except aiohttp.ClientResponseError:
            return sum(not task.done() for task in tasks)


def abandoned(server):
    """How many tasks still run when gather has already failed."""
    urls = [f"{server}/fail/1"] + [f"{server}/after/300"] * (PAGES - 1)
    return {"running": asyncio.run(left_behind(urls))}


def fetch(url):
    page = requests.get(url, timeout=60)
    page.raise_for_status()
    return page.text


def all_or_nothing(server):
    """How many results of list(executor.map) are left when one page of twelve fails."""
    urls = [f"{server}/after/5"] * PAGES
    urls[6] = f"{server}/fail/300"  # long after all the others have their answer
    results = []
    try:
        with ThreadPoolExecutor(max_workers=4) as pool:
            results = list(pool.map(fetch, urls))
    except requests.HTTPError:
        pass
    return {"left": len(results)}


account = 0


# ANCHOR: deposit
async def deposit():
    global account
    there = account
    await asyncio.sleep(0)  # stands for a question to a server
    account = there + 1
# ANCHOR_END: deposit


async def all_deposits():
    await asyncio.gather(*(deposit() for _ in range(DEPOSITS)))


def deposits(_):
    """How many of a thousand deposits on one thread are lost."""
    asyncio.run(all_deposits())
    return {"lost": DEPOSITS - account}


# ANCHOR: tick
async def tick(at):
    while True:
        await asyncio.sleep(TICK)
        at.append(time.perf_counter())


async def beside(other):
    at = []
    ticker = asyncio.create_task(tick(at))
    await asyncio.sleep(4 * TICK)
    began = time.perf_counter()
    await other()
    ended = time.perf_counter()
    await asyncio.sleep(4 * TICK)
    ticker.cancel()
    return sum(began <= one < ended for one in at)


async def blocks():
    time.sleep(BLOCK)  # or requests.get


async def hands_over():
    await asyncio.to_thread(time.sleep, BLOCK)
# ANCHOR_END: tick


def ticks(_):
    """How many ticks come while another task sleeps, and while it has a thread sleep for it."""
    return {"blocked": asyncio.run(beside(blocks)), "handed_over": asyncio.run(beside(hands_over))}


def status():
    lines = Path("/proc/self/status").read_text().splitlines()
    sizes = {line.split(":")[0]: line.split() for line in lines}
    return {"resident": int(sizes["VmRSS"][1]) * 1024, "space": int(sizes["VmSize"][1]) * 1024}


async def sleeping_tasks():
    before = status()
    tasks = [asyncio.create_task(asyncio.sleep(3600)) for _ in range(TASKS)]
    await asyncio.sleep(0)
    after = status()
    for task in tasks:
        task.cancel()
    return {"all": after["resident"], "each": (after["resident"] - before["resident"]) / TASKS}


def tasks(_):
    """Memory of a program with ten thousand tasks that sleep, and what one of them adds."""
    return asyncio.run(sleeping_tasks()) if Path("/proc/self/status").exists() else {}


def threads(_):
    """Memory of a program with a thousand threads that sleep, and what one of them adds."""
    if not Path("/proc/self/status").exists():
        return {}
    told, asleep = threading.Event(), threading.Semaphore(0)

    def sleep():
        asleep.release()
        told.wait()

    before = status()
    workers = [threading.Thread(target=sleep) for _ in range(THREADS)]
    for worker in workers:
        worker.start()
    for _ in workers:
        asleep.acquire()
    after = status()
    told.set()
    for worker in workers:
        worker.join()
    added = {name: after[name] - before[name] for name in after}
    each = added["resident"] / THREADS
    return {"all": after["resident"], "each": each, "space": added["space"]}


async def read_all(files):
    clock = time.perf_counter()
    for file in files:
        await asyncio.to_thread(file.read_bytes)
    return time.perf_counter() - clock


def disk(_):
    """Time to read small files one after the other, and with each handed to a thread and awaited."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / str(number) for number in range(FILES)]
        for file in files:
            file.write_bytes(b"." * 1024)
        asyncio.run(read_all(files))
        clock = time.perf_counter()
        for file in files:
            file.read_bytes()
        plain = time.perf_counter() - clock
        awaited = asyncio.run(read_all(files))
    opens = any(hasattr(asyncio, name) for name in ("open", "open_file", "read_file"))
    return {"ratio": awaited / plain, "asyncio_opens_files": int(opens)}


def library(_):
    """How many files of requests are compiled, and how many are Python."""
    files = importlib.metadata.files("requests") or []
    ends = [file.suffix for file in files]
    compiled = sum(end in (".so", ".pyd", ".dylib", ".c") for end in ends)
    return {"compiled": compiled, "python": ends.count(".py")}


def main():
    experiments = [connector, abandoned, all_or_nothing, deposits, ticks, tasks, threads, disk, library]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", choices=[one.__name__ for one in experiments])
    parser.add_argument("--server", help="where our server listens, such as http://127.0.0.1:8000")
    args = parser.parse_args()
    chosen = next(one for one in experiments if one.__name__ == args.experiment)
    print(json.dumps(chosen(args.server)))


if __name__ == "__main__":
    main()
