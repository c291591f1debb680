#!/usr/bin/env python3
"""Dynamic resolution on a path whose cost changes by a factor of two: a camera that looks from a forest up to
the sky and back. Profiles it at a fixed scale and with a target, and writes what both did.

    benchmarks/dynamic_resolution.py BUILD SCENE.toml OUT_FOLDER TARGET_MS [ARGS for profile...]

From the environment: HIGHEST, degrees that it looks up; LIFT, metres that it climbs meanwhile; PREFIX stands before the
profiling run. Frames are counted from the 31st on: until then the
controller finds its place.
"""
import json
import math
import os
import pathlib
import re
import shlex
import statistics
import subprocess
import sys

build, source, out, target = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]), float(sys.argv[4])
arguments = sys.argv[5:]
held = "processor_ms" if "--processor-time" in arguments else "frame_ms"
found_after = 30


def scene():
    """10 s at the place where the scene's own path begins: from level up towards the sky, and back."""
    text = source.read_text().replace('path = "', f'path = "{source.parent}/')
    first = text[text.index("[[camera.keyframe]]"):]
    eye, look = (numbers(first, key) for key in ("position", "look_at"))
    text = text[:text.index("[[camera.keyframe]]")]
    ahead = [b - a for a, b in zip(eye, look)]
    level = math.hypot(ahead[0], ahead[2])
    for n in range(81):  # twice, so that a run may begin in the midst of it
        t = n / 4
        pitch = math.radians(HIGHEST) * (0.5 - 0.5 * math.cos(2 * math.pi * t / 10))
        up = eye[1] + LIFT * (0.5 - 0.5 * math.cos(2 * math.pi * t / 10))
        at = [eye[0] + ahead[0], up + level * math.tan(pitch), eye[2] + ahead[2]]
        text += (f"[[camera.keyframe]]\ntime = {t}\nposition = {[eye[0], round(up, 4), eye[2]]}\n"
                 f"look_at = [{at[0]:.4f}, {at[1]:.4f}, {at[2]:.4f}]\n")
    return text


def numbers(text, key):
    return [float(word) for word in re.search(key + r" = \[(.*?)\]", text)[1].split(",")]


HIGHEST = float(os.environ.get("HIGHEST", 40))  # degrees
LIFT = float(os.environ.get("LIFT", 0))  # metres that the camera climbs meanwhile
out.mkdir(parents=True, exist_ok=True)
path = out / "up_and_down.toml"
path.write_text(scene())
command = [os.path.join(build, "neuraster"), "profile", str(path), "--report", str(out), "--frames", "600", "--warmup", "30",
           "--sweep", f"target-ms=0,{target:g}"] + arguments
subprocess.run(shlex.split(os.environ.get("PREFIX", "")) + command, check=True)

runs = json.loads((out / "profile.json").read_text())["runs"]
lines = ["| scale | median ms | cheapest to dearest second | within 10 % of the target | scales | largest step | PSNR / tPSNR, dB |",
         "|---|---|---|---|---|---|---|"]
for run in runs:
    ms = run["per_frame"][held][found_after:]
    heights = run["per_frame"]["render_height"][found_after:]
    seconds = [statistics.median(ms[n:n + 60]) for n in range(0, len(ms) - 59, 30)]
    good = sum(abs(m / target - 1) <= 0.1 for m in ms) / len(ms)
    scales = [run["output"][1] / h for h in heights]
    step = max((max(a, b) / min(a, b) - 1 for a, b in zip(scales, scales[1:])), default=0)
    quality = run.get("quality", {})
    lines.append(f"| {'fixed' if run['settings']['target-ms'] == '0' else 'dynamic'} | {statistics.median(ms):.1f} | "
                 f"{min(seconds):.1f} to {max(seconds):.1f} ms, x {max(seconds) / min(seconds):.2f} | {100 * good:.1f} % | "
                 f"{min(scales):.2f} to {max(scales):.2f} | {100 * step:.1f} % | "
                 f"{quality.get('psnr_db', float('nan')):.2f} / {quality.get('tpsnr_db', float('nan')):.2f} |")
print("\n".join(lines))
(out / "table.md").write_text(f"`benchmarks/dynamic_resolution.py BUILD SCENE.toml OUT {shlex.join(sys.argv[4:])}`, {held} held.\n\n"
                              + "\n".join(lines) + "\n")
