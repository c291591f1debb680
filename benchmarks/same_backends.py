#!/usr/bin/env python3
"""same_backends.py BUILD OUT: draws frames of the town and of Lighthouse (from ../shared, where it is there) with the
network on the processor in f32 and in Vulkan in f32 and halfs, at several scales, and prints the
PSNR between the pictures (8-bit PNGs). Needs numpy and PIL. 60 dB is asked of f32; the exit status says whether it is so."""
import math
import pathlib
import subprocess
import sys

import numpy
from PIL import Image

root = pathlib.Path(__file__).resolve().parent.parent
build, out = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
scenes = {"town": build / "town/scene.toml", "lighthouse": root / "../shared/scenes/lighthouse/scene.toml"}
cases = {"1.5": ["--scale", "1.5"], "2": ["--scale", "2"], "3": ["--scale", "3"]}
worst = math.inf
print("| scene | scale | Vulkan | PSNR, dB | pixels that differ |\n|---|---|---|---|---|")
for scene, path in scenes.items():
    if not path.exists():
        print(f"| {scene} | | | left out: {path} is not there | |")
        continue
    for case, options in cases.items():
        pictures = {}
        for backend, precision in (("cpu", "f32"), ("vulkan", "f32"), ("vulkan", "f16")):
            folder = out / f"{scene}-{case}-{backend}-{precision}"
            subprocess.run([build / "neuraster", "render", path, "--out", folder, "--output", "390x218", "--frames", "8",
                            "--start", "20", "--upscaler", "neural", "--backend", backend, "--precision", precision,
                            *options], check=True, capture_output=True, cwd=root)
            pictures[backend, precision] = numpy.stack(
                [numpy.asarray(Image.open(p).convert("RGB"), dtype=float) for p in sorted(folder.glob("*.png"))])
        for precision in ("f32", "f16"):
            difference = pictures["vulkan", precision] - pictures["cpu", "f32"]
            error = ((difference / 255) ** 2).mean()
            psnr = math.inf if error == 0 else -10 * math.log10(error)
            if precision == "f32":
                worst = min(worst, psnr)
            print(f"| {scene} | {case} | {precision} | {psnr:.1f} | {100 * (difference != 0).any(-1).mean():.3f} % |", flush=True)
sys.exit(worst < 60)
