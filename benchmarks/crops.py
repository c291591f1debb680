#!/usr/bin/env python3
"""A sheet of crops, enlarged four times without smoothing: for each row the same part of several pictures. Needs Pillow.

    benchmarks/crops.py OUT.jpg COLUMN,COLUMN,... ROW...

A ROW is LABEL:X,Y,WIDTH,HEIGHT:PICTURE:PICTURE:..., with a picture for each column.
"""
import sys

from PIL import Image, ImageDraw, ImageFont

ZOOM, GAP, HEADER = 4, 4, 18
out, columns, rows = sys.argv[1], sys.argv[2].split(","), [row.split(":") for row in sys.argv[3:]]
font = ImageFont.load_default()
boxes = [[int(n) for n in row[1].split(",")] for row in rows]
width = max(box[2] for box in boxes) * ZOOM
heights = [box[3] * ZOOM + HEADER for box in boxes]
sheet = Image.new("RGB", (len(columns) * (width + GAP) - GAP, sum(heights)), (20, 20, 20))
draw = ImageDraw.Draw(sheet)
for row, (x, y, w, h), top in zip(rows, boxes, (sum(heights[:i]) for i in range(len(rows)))):
    if len(row) != 2 + len(columns):
        sys.exit(f"{row[0]}: {len(row) - 2} pictures for {len(columns)} columns")
    for i, (column, path) in enumerate(zip(columns, row[2:])):
        crop = Image.open(path).convert("RGB").crop((x, y, x + w, y + h)).resize((w * ZOOM, h * ZOOM), Image.NEAREST)
        sheet.paste(crop, (i * (width + GAP), top + HEADER))
        draw.text((i * (width + GAP) + 6, top + 4), f"{row[0]}, {column}", fill=(240, 240, 240), font=font)
sheet.save(out, quality=80)
