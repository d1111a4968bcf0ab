"""Blurs and shrinks a folder of photos with libvips, one after the other, on one thread.

Takes the arguments of original.py that it needs, and prints the same line of JSON.
"""

import argparse
import json
import os
import time
from pathlib import Path

os.environ["VIPS_CONCURRENCY"] = "1"  # libvips reads it when it is loaded

import pyvips


def shrink(path, output, sigma, side, quality):
    image = pyvips.Image.new_from_file(str(path), access="sequential")
    # thumbnail_image asks for pixels many times over; copied, they are blurred once.
    image = image.gaussblur(sigma).copy_memory()
    image = image.thumbnail_image(side, height=side, size="down")
    image.write_to_file(str(output / path.name), Q=quality)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--sigma", type=float, default=15)
    parser.add_argument("--max-side", type=int, default=1200)
    parser.add_argument("--quality", type=int, default=85)
    args = parser.parse_args()
    photos = sorted(args.input.iterdir())
    args.output.mkdir(parents=True, exist_ok=True)

    cpu, wall = time.process_time(), time.perf_counter()
    for photo in photos:
        shrink(photo, args.output, args.sigma, args.max_side, args.quality)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"images": len(photos), "wall_s": wall, "cpu_s": cpu}))


if __name__ == "__main__":
    main()
