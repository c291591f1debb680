#!/usr/bin/env python3
"""What the town's frame costs at 960x540 by TAAU, by pass and by feature, and beside another build's: benchmarks/results/town.md.

    benchmarks/town_cost.py BUILD BEFORE_BUILD SCENES_FOLDER OUT.json

Everything is compared by turns, in processor milliseconds a frame, whose medians are less disturbed by other programs than the clock's.
Some seven minutes on two cores.
"""
import csv
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

build, before, scenes, out = map(pathlib.Path, sys.argv[1:5])
# What can be switched off, and by which value.
FEATURES = {"water.simulated": "false", "water.reflections": "false", "sky_visibility.enabled": "false", "lighting.bounce": "0",
            "shadow.spread": "0", "shadow.contact": "false", "shadow.lamps": "0", "lighting.point_lights": "false",
            "ambient_occlusion.enabled": "false", "picture.sway": "0", "picture.transparency": "false"}
ON = {"lighting.bounce": "1", "shadow.spread": "0.02", "shadow.lamps": "8", "picture.sway": "1"}
SCENES = {"harbour town, tour from 14 s": (None, "14"), "Lighthouse": ("lighthouse/scene.toml", "4"),
          "Black Forest": ("black_forest/scene.toml", "4")}
WARMUP = 4


def profile(program, scene, start, *more, frames=14):
    """Processor and pass milliseconds of each frame, by run."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program / "neuraster", "profile", scene, "--upscaler", "taau", "--output", "960x540", "--processor-time", "--frames",
                        str(frames), "--warmup", str(WARMUP), "--start", start, "--report", folder, *more], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        runs = {}
        for row in csv.DictReader(open(pathlib.Path(folder) / "profile.csv")):
            if int(row["frame"]) > 0:
                runs.setdefault(row["run"], []).append({k: float(v) for k, v in row.items() if k.endswith("_ms") and v})
        return runs


def median(frames, column):
    return round(statistics.median(frame[column] for frame in frames if column in frame), 2)


result = {"scenes": {}, "features": {}}
for name, (file, start) in SCENES.items():
    frames = {"before": [], "now": []}
    for _ in range(3):
        for label, program in (("before", before), ("now", build)):
            scene = scenes / file if file else program / "town/scene.toml"
            frames[label] += next(iter(profile(program, scene, start).values()))
    passes = sorted({c for label in frames for frame in frames[label] for c in frame})
    result["scenes"][name] = {label: {c: median(frames[label], c) for c in passes if any(c in f for f in frames[label])} for label in frames}
    medians = [result["scenes"][name][label]["processor_ms"] for label in ("before", "now")]
    print(f"| {name} | {medians[0]:.1f} | {medians[1]:.1f} | {medians[1] / medians[0]:.2f} |", flush=True)
for feature, off in FEATURES.items():
    runs = profile(build, build / "town/scene.toml", "14", "--sweep", f"{feature}={ON.get(feature, 'true')},{off}", "--repeat", "2", frames=10)
    on, without = (median(runs[label], "processor_ms") for label in runs)
    result["features"][feature] = {"with": on, "without": without}
    print(f"| `{feature}` | {on:.1f} | {without:.1f} | {on - without:+.1f} |", flush=True)
out.write_text(json.dumps(result, indent=1) + "\n")
