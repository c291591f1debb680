#!/usr/bin/env python3
"""What the GPU timers cost: frames with timestamps against frames without, in turns of 8 frames of one run.

    benchmarks/timer_overhead.py BUILD OUT.md SCENE [ARGS for profile...]

lib/libvulkan_shim.so, preloaded, leaves the timestamps of every other 8 frames out. A turn is compared with the mean of
its two neighbours, so that the path's own changes of cost cancel; of a turn the first two frames are not counted, since
frames overlap. PREFIX (environment) stands before the run.
"""
import json
import os
import pathlib
import random
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

TURN = 8
build, out, scene, arguments = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4:]
folder = tempfile.mkdtemp()
command = ["env", f"LD_PRELOAD={os.path.abspath(build)}/lib/libvulkan_shim.so", f"NEURASTER_UNTIMED={TURN}",
           os.path.join(build, "neuraster"), "profile", scene, "--report", folder] + arguments
subprocess.run(shlex.split(os.environ.get("PREFIX", "")) + command, check=True, stdout=subprocess.DEVNULL)
profile = json.loads((pathlib.Path(folder) / "profile.json").read_text())


def turns(run, key):
    """(timed, median) of each turn of frames."""
    timed = [sum(row[n] for name, row in run["per_frame"]["passes_ms"].items() if run["passes"][name]["row"] == "gpu") > 0
             for n in range(len(run["per_frame"]["index"]))]
    ms, result, start = run["per_frame"][key], [], 0
    for n in range(1, len(ms) + 1):
        if n < len(ms) and timed[n] == timed[start]:
            continue
        if n - start == TURN:
            result.append((timed[start], statistics.median(ms[start + 2:n])))
        start = n
    return result


def overhead(run, key):
    """Median of timed over untimed, with a 95 % interval by bootstrap of the turns."""
    found = turns(run, key)
    ratios = []
    for before, here, after in zip(found, found[1:], found[2:]):
        around = (before[1] + after[1]) / 2
        ratios.append(here[1] / around if here[0] else around / here[1])
    draw = random.Random(1)
    medians = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(2000))
    return 100 * (statistics.median(ratios) - 1), 100 * (medians[50] - 1), 100 * (medians[-51] - 1), len(ratios)


lines = []
for run in profile["runs"]:
    for key, name in (("frame_ms", "wall clock"), ("processor_ms", "processor time")):
        middle, low, high, count = overhead(run, key)
        lines.append(f"| {run['label']} | {name} | {run['frame' if key == 'frame_ms' else 'processor']['p50_ms']:.1f} ms | "
                     f"{middle:+.2f} % | {low:+.2f} to {high:+.2f} % | {count} |")
        print(lines[-1])
out.write_text(f"# What the GPU timers cost\n\n`benchmarks/timer_overhead.py {shlex.join(sys.argv[1:])}`, PREFIX "
               f"`{os.environ.get('PREFIX', '')}`; {time.strftime('%Y-%m-%d')}, {profile['device']}.\n\n"
               "| run | clock | median frame | timed against untimed | 95 % interval | turns |\n|---|---|---|---|---|---|\n"
               + "\n".join(lines) + "\n")
