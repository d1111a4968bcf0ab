"""Many pages from one server, by threads and by tasks, as a Python programmer writes it today.

Prints one line of JSON: how long it took, and how much CPU time this program used.
"""

import argparse
import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import requests


# ANCHOR: threads
def fetch(url):
    page = requests.get(url, timeout=60)
    page.raise_for_status()
    return len(page.content)


def by_threads(urls, at_once):
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        return list(pool.map(fetch, urls))
# ANCHOR_END: threads


# ANCHOR: tasks
async def fetch_async(session, places, url):
    async with places, session.get(url) as page:
        page.raise_for_status()
        return len(await page.read())


async def by_tasks(urls, at_once):
    places = asyncio.Semaphore(at_once)
    connector = aiohttp.TCPConnector(limit=at_once)
    async with aiohttp.ClientSession(connector=connector) as session:
        return await asyncio.gather(*(fetch_async(session, places, url) for url in urls))
# ANCHOR_END: tasks


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("who", choices=["threads", "tasks"])
    parser.add_argument("url")
    parser.add_argument("--pages", type=int, default=10)
    parser.add_argument("--at-once", type=int, default=10)
    args = parser.parse_args()
    urls = [args.url] * args.pages

    wall, cpu = time.perf_counter(), time.process_time()
    if args.who == "threads":
        sizes = by_threads(urls, args.at_once)
    else:
        sizes = asyncio.run(by_tasks(urls, args.at_once))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert len(sizes) == args.pages
    print(json.dumps({"wall_s": wall, "cpu_s": cpu}))


if __name__ == "__main__":
    main()
