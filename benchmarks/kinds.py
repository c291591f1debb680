#!/usr/bin/env python3
"""assets/screenshots/kinds.jpg: foliage, wires, lettering, a fast-moving edge and a disocclusion, each by the reference,
bilinear, TAAU and the network, 480x270 to 960x540. Needs Pillow. Ten minutes on two cores where no reference is cached.

    benchmarks/kinds.py BUILD SCENES_FOLDER OUT_FOLDER PICTURE
"""
import pathlib
import subprocess
import sys

from PIL import Image, ImageDraw, ImageFont

build, scenes, out = map(pathlib.Path, sys.argv[1:4])
UPSCALERS = "bilinear,taau,neural"
# Scene, start in seconds, and the corner of the region: what is seen there in the middle frame.
KINDS = {"foliage": (scenes / "lighthouse/scene.toml", 0, (500, 70)),
         "wires": (build / "town/thin.toml", 0, (470, 230)),
         "lettering": (build / "town/sign.toml", 6, (466, 420)),
         "fast edge": (build / "town/turn.toml", 1, (250, 90)),
         "disocclusion": (build / "town/arcade.toml", 8, (420, 150))}
WIDTH, HEIGHT, ZOOM, GAP, HEADER = 208, 117, 4, 4, 28  # zoom and gap are those of `evaluate --out`


def enlarged(kind):
    """The enlarged part of each picture, the reference first."""
    scene, start, (x, y) = KINDS[kind]
    folder = out / kind.replace(" ", "_")
    subprocess.run([build / "neuraster", "evaluate", scene, "--output", "960x540", "--scale", "2", "--frames", "24", "--start", str(start),
                    "--upscaler", UPSCALERS, "--region", f"{x},{y},{WIDTH},{HEIGHT}", "--out", folder], check=True)
    sheet = Image.open(folder / "side_by_side.png").convert("RGB")
    top = sheet.height - ZOOM * HEIGHT
    return [sheet.crop((left, top, left + ZOOM * WIDTH, sheet.height)).reduce(2) for left in range(0, sheet.width, 960 + GAP)]


rows = [enlarged(kind) for kind in KINDS]
cell = rows[0][0].size
picture = Image.new("RGB", (len(rows[0]) * (cell[0] + GAP) - GAP, HEADER + len(rows) * (cell[1] + GAP) - GAP), (20, 20, 20))
draw = ImageDraw.Draw(picture)
for column, name in enumerate(["reference", *UPSCALERS.split(",")]):
    draw.text((column * (cell[0] + GAP) + 8, 4), name, fill=(240, 240, 240), font=ImageFont.load_default())
    for row, cells in enumerate(rows):
        picture.paste(cells[column], (column * (cell[0] + GAP), HEADER + row * (cell[1] + GAP)))
picture.save(sys.argv[4], quality=90)
