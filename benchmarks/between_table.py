#!/usr/bin/env python3
"""The tables of benchmarks/results/between.md: pictures between frames against the truth at their moments, beside repeating the
last frame, blending both, and the upscaled frames at theirs. By 2 to 960x540 (what moves near by: to 640x360), 30 rendered frames a
second. Two hours on two cores where no reference is cached.

    benchmarks/between_table.py BUILD SCENES_FOLDER OUT_FOLDER [--tables-only]

Runs that OUT_FOLDER holds already are not made again, so that one that was stopped goes on. Scenes with a camera near by things that
move are made from the town's.
"""
import json
import os
import pathlib
import subprocess
import sys

build, scenes, out = map(pathlib.Path, sys.argv[1:4])
town = build / "town"
# Where the camera stands close to what moves: its place, where it looks, and what is said of it.
MOVING = {"windmill": ((-44.5, 27.0, -50.0), (-47.8, 28.5, -61.9), "town, the windmill's sails from 12 m"),
          "cart": ((3.0, 1.5, 11.0), (1.8, 0.6, 7.0), "town, the cart from 4 m"),
          "boats": ((9.2, 0.4, 31.0), (12.4, -1.2, 28.2), "town, boats from 4 m")}
PLACES = {"lighthouse": ("Lighthouse, from 0 s", scenes / "lighthouse/scene.toml", 0),
          "lighthouse15": ("Lighthouse, from 15 s", scenes / "lighthouse/scene.toml", 15),
          "classroom": ("Japanese Classroom, from 0 s", scenes / "japanese_classroom/scene.toml", 0),
          "tour": ("town, tour from 20 s", town / "scene.toml", 20),
          "turn": ("town, `turn`", town / "turn.toml", 0),
          "whip": ("town, tour from 53.6 s (a whip pan)", town / "scene.toml", 53.6),
          "thin": ("town, `thin`", town / "thin.toml", 0),
          "arcade": ("town, `arcade`", town / "arcade.toml", 0)}
PLACES |= {name: (text, town / f"between_{name}.toml", 0) for name, (_, _, text) in MOVING.items()}
# Runs by the number of pictures between. References of the town take several times as long as others, so they have fewer samples where
# the aim is not close. The first 8 frames are never scored.
RUNS = {1: PLACES, 3: ("lighthouse", "classroom", "tour", "turn"), 2: ("lighthouse", "classroom", "tour", "turn")}


def make_moving_scene(name):
    text = (town / "scene.toml").read_text()
    head = text[: text.index("[camera]")]
    (x, y, z), look, _ = MOVING[name]
    keys = "".join(f"[[camera.keyframe]]\ntime = {t}\nposition = [{x + 0.1 * t}, {y}, {z}]\nlook_at = {list(look)}\n" for t in (0, 10))
    tail = text[text.index("[camera]"):]
    after = [part for part in tail.split("\n[")[1:] if not part.startswith(("[camera", "camera"))]
    (town / f"between_{name}.toml").write_text(head + "[camera]\nfov_y_degrees = 58.0\nnear = 0.1\nfar = 1200.0\n" + keys +
                                               "".join("\n[" + part for part in after))


def size_of(name, between):
    """Output size, frames and samples a pixel of the truth."""
    if name in MOVING:
        return "640x360", 18, 8
    if town not in PLACES[name][1].parents:
        return "960x540", 40 if between == 1 else 20, 16
    if between > 1:
        return "960x540", 14, 8
    return "960x540", 40, {"tour": 32, "turn": 16}.get(name, 8)


def evaluate(name, between):
    file = out / f"{name}-{between}.json"
    if file.exists():
        return
    _, scene, start = PLACES[name]
    beside = out / "running.json"
    output, frames, samples = size_of(name, between)
    subprocess.run([build / "neuraster", "evaluate", scene, "--output", output, "--scale", "2", "--frames", str(frames), "--start",
                    str(start), "--frame-seconds", "0.0333333333", "--frames-between", str(between), "--reference-samples",
                    str(samples), "--upscaler", "bilinear", "--json", beside], check=True)
    os.replace(beside, file)


def table(between):
    lines = ["| scene | motion, output pixels a frame (median / 95 %) | repeat | blend | **between** | real | above blend | "
             "tPSNR of all that is shown: between / blend / real alone | SSIM | FLIP: between / blend / real | "
             "hidden at one end: between / blend | ends differ: between / blend | detail |", "|---" * 13 + "|"]
    for name, (text, _, _) in PLACES.items():
        file = out / f"{name}-{between}.json"
        if not file.exists():
            continue
        run = json.loads(file.read_text())
        s, b, real, motion = run["between"]["splat"], run["between"]["blend"], run["real"], run["motion"]
        lines.append(f"| {text} | {motion['median_px']:.1f} / {motion['p95_px']:.1f} | {run['between']['repeat']['psnr_db']:.2f} | "
                     f"{b['psnr_db']:.2f} | {s['psnr_db']:.2f} | {real['psnr_db']:.2f} | {s['psnr_db'] - b['psnr_db']:.2f} | "
                     f"{s['tpsnr_db']:.2f} / {b['tpsnr_db']:.2f} / {real['tpsnr_db']:.2f} | {s['ssim']:.3f} | "
                     f"{s['flip']:.3f} / {b['flip']:.3f} / {real['flip']:.3f} | "
                     f"{s['psnr_disoccluded_db']:.1f} / {b['psnr_disoccluded_db']:.1f} | "
                     f"{s['psnr_shading_db']:.1f} / {b['psnr_shading_db']:.1f} | {s['detail']:.3f} |")
    return lines


out.mkdir(parents=True, exist_ok=True)
if "--tables-only" not in sys.argv:
    for name in MOVING:
        make_moving_scene(name)
    for between, names in RUNS.items():
        for name in names:
            evaluate(name, between)
for between in sorted(RUNS):
    print(f"\n## {between} between\n", *table(between), sep="\n")
