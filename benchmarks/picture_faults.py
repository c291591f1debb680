#!/usr/bin/env python3
"""Counts faults in pictures that `neuraster evaluate --pictures DIR` wrote: wires that are broken and teeth that the reference
does not have, by upscaler. Needs NumPy and Pillow.

    benchmarks/picture_faults.py DIR [--first FRAME] [--crop X,Y,WIDTH,HEIGHT] [--rest FRAME,FRAME,...]

A wire's pixel is one of the reference that differs by 20 or more of 255, the same way, from both pixels two steps away across some
direction, where those and the two beyond differ by less than 10 from one another: a thin thing before something plain. It is present
where a picture has half that contrast or more. Teeth are pixels whose second differences down the column change their sign four
times in a row by more than 7.6 of 255, as in tests/support/fault_measures.h, counted where the reference has none within two pixels.

--rest: of these frames of a still camera, instead, the PSNR and how many values differ by 2 of 255 at most from the frame before.
"""
import argparse
import pathlib

import numpy as np
from PIL import Image

ACROSS = ((1, 0), (0, 1), (1, 1), (1, -1))


def shifted(grey, x, y):
    return np.roll(grey, (-y, -x), (0, 1))


def ridges(grey):
    """The contrast of each pixel to its sides, and the range of the sides, for each direction."""
    for x, y in ACROSS:
        sides = np.stack([shifted(grey, k * x, k * y) for k in (-3, -2, 2, 3)])
        yield sides[1:3].mean(0) - grey, sides.max(0) - sides.min(0), np.abs(sides[1:3] - grey).min(0)


def wires(reference, picture):
    found = present = 0
    seen = np.zeros(reference.shape, bool)
    for (wanted, spread, least), (got, _, _) in zip(ridges(reference), ridges(picture)):
        wire = (spread < 10) & (least >= 20) & (np.abs(wanted) >= 20) & ~seen
        wire[:3], wire[-3:], wire[:, :3], wire[:, -3:] = False, False, False, False
        seen |= wire
        found += wire.sum()
        present += (wire & (got * np.sign(wanted) >= 0.5 * np.abs(wanted))).sum()
    return found, present


def teeth(grey):
    second = grey[:-2] - 2 * grey[1:-1] + grey[2:]
    runs = np.abs(second) > 7.6
    four = np.ones((second.shape[0] - 3, grey.shape[1]), bool)
    for k in range(4):
        four &= runs[k:len(four) + k]
        if k:
            four &= second[k:len(four) + k] * second[k - 1:len(four) + k - 1] < 0
    return four


def grown(mask, by=2):
    result = mask.copy()
    for y in range(-by, by + 1):
        for x in range(-by, by + 1):
            result |= shifted(mask, x, y)
    return result


def read(path, crop):
    grey = np.asarray(Image.open(path).convert("RGB"), np.float32).mean(2)
    if crop:
        x, y, width, height = crop
        grey = grey[y:y + height, x:x + width]
    return grey


def at_rest(folder, frames, crop):
    def colour(upscaler, frame):
        picture = np.asarray(Image.open(folder / upscaler / f"frame_{frame:04}.png").convert("RGB"), np.float32)
        x, y, width, height = crop or (0, 0, picture.shape[1], picture.shape[0])
        return picture[y:y + height, x:x + width]

    for upscaler in sorted(p.name for p in folder.iterdir() if p.is_dir() and p.name != "reference"):
        for frame in frames:
            picture, before, reference = colour(upscaler, frame), colour(upscaler, frame - 1), colour("reference", frame)
            psnr = 20 * np.log10(255) - 10 * np.log10(np.mean((picture - reference) ** 2))
            print(f"{upscaler}, frame {frame}: {psnr:.2f} dB, {100 * np.mean(np.abs(picture - before) <= 2):.2f} % within 2 of 255")


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--first", type=int, default=8, help="frames before this are not counted")
    options.add_argument("--crop", type=lambda text: [int(n) for n in text.split(",")])
    options.add_argument("--rest", type=lambda text: [int(n) for n in text.split(",")])
    options = options.parse_args()
    if options.rest:
        at_rest(options.folder, options.rest, options.crop)
        return
    counts = {}
    for path in sorted((options.folder / "reference").glob("*.png")):
        if int(path.stem.split("_")[-1]) < options.first:
            continue
        reference = read(path, options.crop)
        its_teeth = grown(teeth(reference))
        for upscaler in sorted(p for p in options.folder.iterdir() if p.is_dir() and p.name != "reference"):
            picture = read(upscaler / path.name, options.crop)
            found, present = wires(reference, picture)
            added = (teeth(picture) & ~its_teeth).sum()
            counts.setdefault(upscaler.name, []).append((found, present, added, reference.size))
    for name, rows in counts.items():
        found, present, added, pixels = np.sum(rows, 0)
        share = f"{100 * present / found:.1f} % of {found} wire pixels" if found else "no wires"
        print(f"{name}: {share}, {1e4 * added / pixels:.2f} of 10,000 pixels in teeth")


main()
