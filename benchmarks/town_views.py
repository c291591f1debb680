#!/usr/bin/env python3
"""The town's eight views at four hours, supersampled: before and after a change side by side, and README's pictures.

    benchmarks/town_views.py BUILD OUT_FOLDER [--output 1920x1080] [--samples 8] [--hours golden,noon,overcast,night]
    benchmarks/town_views.py --sheets BEFORE_FOLDER AFTER_FOLDER TO_FOLDER    (needs PIL)

OUT_FOLDER gets HOUR_N.png, N from 0 to 7. An hour takes some two minutes on two cores. The views are those of the town's views.toml, whose
camera is put into the scene of each hour.
"""
import argparse
import pathlib
import shutil
import subprocess

HOURS = ("golden", "noon", "overcast", "night")
UNSCORED = 8  # frames at the start that `evaluate` scores and writes nothing of


def make_scene(town, hour):
    scene, views = (town / f"{hour}.toml").read_text(), (town / "views.toml").read_text()
    head = scene[: scene.index("[camera]")]
    camera, *keys = views[views.index("[camera]"):].split("[[camera.keyframe]]")
    text = head + camera
    for key in keys:
        time, rest = key.strip().split("\n", 1)
        text += f"[[camera.keyframe]]\ntime = {float(time.split('=')[1]) + UNSCORED}\n{rest}\n"
    file = town / f"views_{hour}.toml"
    file.write_text(text)
    return file


def draw(build, out, output, samples, hours):
    out.mkdir(parents=True, exist_ok=True)
    for hour in hours:
        scene, beside = make_scene(build / "town", hour), out / "running"
        subprocess.run([build / "neuraster", "evaluate", scene, "--output", output, "--scale", "3", "--upscaler", "bilinear", "--frames",
                        str(UNSCORED + 8), "--frame-seconds", "1", "--reference-samples", str(samples), "--pictures", beside, "--json",
                        out / "running.json"], check=True)
        for n, picture in enumerate(sorted((beside / "reference").glob("*.png"))):
            shutil.move(picture, out / f"{hour}_{n}.png")
        shutil.rmtree(beside)
    (out / "running.json").unlink()


def sheets(before, after, to):
    from PIL import Image
    size = (480, 270)
    small = lambda file: Image.open(file).convert("RGB").resize(size, Image.LANCZOS)
    for hour in HOURS:
        sheet = Image.new("RGB", (2 * size[0] + 6, 8 * size[1] + 7 * 6), "white")
        for n in range(8):
            for column, folder in enumerate((before, after)):
                sheet.paste(small(folder / f"{hour}_{n}.png"), (column * (size[0] + 6), n * (size[1] + 6)))
        sheet.save(to / f"{hour}.jpg", quality=82)
    sheet = Image.new("RGB", (4 * size[0], 4 * size[1]))
    for row, n in enumerate((0, 1, 3, 7)):
        for column, hour in enumerate(HOURS):
            sheet.paste(small(after / f"{hour}_{n}.png"), (column * size[0], row * size[1]))
    sheet.save(to / "sheet.jpg", quality=85)


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folders", nargs="+", type=pathlib.Path)
parser.add_argument("--output", default="1920x1080")
parser.add_argument("--samples", type=int, default=8)
parser.add_argument("--hours", default=",".join(HOURS))
parser.add_argument("--sheets", action="store_true")
options = parser.parse_args()
if options.sheets:
    sheets(*options.folders)
else:
    draw(*options.folders, options.output, options.samples, options.hours.split(","))
