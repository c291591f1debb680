#!/usr/bin/env python3
"""The tables of benchmarks/results/evaluate: bilinear, TAAU and the network against the supersampled reference, on the four
large scenes from three places each and along four paths of the town, whose references have 16 samples a
pixel and not 64. Two hours on two cores where no reference is cached.

    benchmarks/evaluate_all.py BUILD SCENES_FOLDER OUT_FOLDER [--tables-only]

Runs that OUT_FOLDER holds already are not made again, so that one that was stopped goes on.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys

build, scenes, out = map(pathlib.Path, sys.argv[1:4])
PLACES = {"lighthouse": ("Lighthouse", (0, 15, 30), (2, 1.5, 3)),
          "japanese_classroom": ("Japanese Classroom", (0, 4, 8), (2, 1.5, 3)),
          "black_forest": ("Black Forest", (0, 5, 11), (2,)),
          "grey_white_room": ("Grey and White Room", (0, 4, 8), (2,)),
          "town/scene": ("town, tour", (0,), (2,)),
          "town/thin": ("town, thin", (0,), (2,)),
          "town/turn": ("town, turn", (0,), (2,)),
          "town/arcade": ("town, arcade", (0,), (2,))}
RUNS = [(scene, scale, start) for scene, (_, starts, scales) in PLACES.items() for start in starts for scale in scales]
TESTS = ("lighthouse", "japanese_classroom")
# The scenes that are never trained on before others, and the scale that matters most first.
RUNS.sort(key=lambda run: (run[0] not in TESTS, run[1] != 2, PLACES[run[0]][1].index(run[2])))


def file_of(scene, scale, start):
    return out / f"{scene.replace('/', '_')}-{scale}-{start}.json"


def evaluate(scene, scale, start):
    beside = out / "running.json"
    in_town = scene.startswith("town/")
    file = build / f"{scene}.toml" if in_town else scenes / scene / "scene.toml"
    subprocess.run([build / "neuraster", "evaluate", file, "--output", "960x540", "--scale", str(scale),
                    "--frames", "40", "--start", str(start), "--upscaler", "bilinear,taau,neural", "--reference-samples",
                    "16" if in_town else "64", "--json", beside], check=True)
    os.replace(beside, file_of(scene, scale, start))


def four(scores):
    return f"{scores['psnr_db']:.2f} / {scores['tpsnr_db']:.2f} / {scores['ssim']:.4f} / {scores['flip']:.4f}"


def tables(runs):
    lines = ["| scene | scale | start | bilinear | TAAU: PSNR / tPSNR / SSIM / FLIP | neural: PSNR / tPSNR / SSIM / FLIP | "
             "neural above TAAU | FLIP |", "|---|---|---|---|---|---|---|---|"]
    groups = {}
    for (scene, scale, start), u in sorted(runs.items(), key=lambda run: (list(PLACES).index(run[0][0]), run[0][1:])):
        b, t, n = u["bilinear"], u["taau"], u["neural"]
        gain = {key: n[key] - t[key] for key in ("psnr_db", "tpsnr_db", "ssim")}
        gain["flip"] = 100 * (n["flip"] / t["flip"] - 1)
        gain["taau"] = t["psnr_db"] - b["psnr_db"]
        groups.setdefault((scene, scale), []).append(gain)
        lines.append(f"| {PLACES[scene][0]} | {scale} | {start} s | {b['psnr_db']:.2f} / {b['tpsnr_db']:.2f} | {four(t)} | "
                     f"{four(n)} | {gain['psnr_db']:+.2f} dB | {gain['flip']:.0f} % |")
    short = ["| scene | scale | TAAU above bilinear | neural above TAAU: PSNR (least of the starts) | tPSNR | SSIM | FLIP |",
             "|---|---|---|---|---|---|---|"]
    for (scene, scale), gains in groups.items():
        def mean(key):
            return statistics.mean(gain[key] for gain in gains)

        def least(key):
            return min(gain[key] for gain in gains)

        short.append(f"| {PLACES[scene][0]} | {scale} | {mean('taau'):+.2f} dB | {mean('psnr_db'):+.2f} dB "
                     f"({least('psnr_db'):+.2f}), {len(gains)} starts | {mean('tpsnr_db'):+.2f} dB ({least('tpsnr_db'):+.2f}) | "
                     f"{mean('ssim'):+.4f} ({least('ssim'):+.4f}) | {mean('flip'):.1f} % "
                     f"({max(gain['flip'] for gain in gains):.1f}) |")
    return "\n".join(lines) + "\n\n" + "\n".join(short) + "\n"


out.mkdir(parents=True, exist_ok=True)
if "--tables-only" not in sys.argv:
    for run in RUNS:
        if not file_of(*run).exists():
            evaluate(*run)
print(tables({run: json.loads(file_of(*run).read_text())["upscalers"] for run in RUNS if file_of(*run).exists()}), end="")
