"""Blurs and shrinks a folder of photos, one after the other or with a pool.

Prints one line of JSON: how long the pool took, and how much CPU time it used.
"""

import argparse
import json
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from PIL import Image, ImageFilter

PHOTOS = {".jpg", ".jpeg", ".png", ".webp"}


# ANCHOR: run
def shrink(path, output, sigma, side, quality):
    with Image.open(path) as image:
        image = image.filter(ImageFilter.GaussianBlur(sigma))
        image.thumbnail((side, side))
        image.save(output / path.name, quality=quality)


def run(pool, workers, photos, **settings):
    job = partial(shrink, **settings)
    if pool == "sequential":
        for photo in photos:
            job(photo)
    else:
        executor = ThreadPoolExecutor if pool == "threads" else ProcessPoolExecutor
        with executor(max_workers=workers) as pool:
            list(pool.map(job, photos))  # a list, so that errors are raised
# ANCHOR_END: run


def cpu_seconds():
    """CPU time of this process and of its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", choices=["sequential", "threads", "processes"], default="processes")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--sigma", type=float, default=15)
    parser.add_argument("--max-side", type=int, default=1200)
    parser.add_argument("--quality", type=int, default=85)
    args = parser.parse_args()
    settings = {"sigma": args.sigma, "side": args.max_side, "quality": args.quality}

    photos = sorted(path for path in args.input.iterdir() if path.suffix.lower() in PHOTOS)
    args.output.mkdir(parents=True, exist_ok=True)

    cpu, wall = cpu_seconds(), time.perf_counter()
    run(args.pool, args.workers, photos, output=args.output, **settings)
    wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
    workers = 1 if args.pool == "sequential" else args.workers
    result = {"pool": args.pool, "workers": workers, "wall_s": wall, "cpu_s": cpu}
    print(json.dumps(result | {"images": len(photos)}))


if __name__ == "__main__":
    main()
