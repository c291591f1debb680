#!/usr/bin/env python3
"""Tries `neuraster compare` on pairs of runs of the same program, then on pairs of which the second is slower
in one pass, and writes what it said.

    benchmarks/compare_pairs.py BUILD OUT.md SAME SLOWER SCENE [ARGS for profile...]

BUILD holds neuraster and lib/libvulkan_shim.so, which does a tenth of the pass `upscale` twice. PREFIX (environment)
stands before each pair, e.g. "taskset -c 0,1".
"""
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

build, out, same, slower, scene = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
arguments = sys.argv[6:]
SLOW = "upscale 10"
program = [os.path.join(build, "neuraster")]
prefix = shlex.split(os.environ.get("PREFIX", ""))
folder = pathlib.Path(tempfile.mkdtemp())


def profile(name, slow):
    """As a command of a shell."""
    shim = ["env", f"LD_PRELOAD={os.path.abspath(build)}/lib/libvulkan_shim.so"] + ([f"NEURASTER_SLOW={SLOW}"] if slow else [])
    return shlex.join(shim + program + ["profile", scene, "--report", str(folder / name)] + arguments) + " > /dev/null"


def verdict(slow):
    """What compare says of two fresh runs. Which of them runs first changes from pair to pair."""
    verdict.count += 1
    runs = [profile("a", False), profile("b", slow)]
    if verdict.count % 2:
        runs.reverse()
    subprocess.run(prefix + ["sh", "-c", " && ".join(runs)], check=True)
    said = subprocess.run(program + ["compare", str(folder / "a/profile.json"), str(folder / "b/profile.json")],
                          capture_output=True, text=True)
    lines = said.stdout.splitlines()
    found = [line for line in lines if line.endswith("SLOWER") or line.endswith("faster")]
    frame = next(line for line in lines if line.strip().startswith("frame "))
    upscale = next(line for line in lines if line.strip().startswith("upscale "))
    waited = next((line for line in lines if " waited " in line), "")
    return {"exit": said.returncode, "same": lines[-1].startswith("no difference"), "found": found, "frame": frame.split()[3],
            "upscale": upscale.split()[3], "slower": "SLOWER" in upscale, "waited": waited, "last": lines[-1]}


verdict.count = 0
rows, counts = [], {"same": 0, "found": 0}
begin = time.time()
for pair in range(same + slower):
    slow = pair >= same
    now = verdict(slow)
    counts["found" if slow else "same"] += (now["slower"] and now["exit"] == 1) if slow else now["same"]
    rows.append(f"| {pair + 1} | {'upscale +10 %' if slow else 'the same'} | {now['frame']} | {now['upscale']} | {now['exit']} | {now['last']} |")
    print(rows[-1], now["waited"], flush=True)
    text = (f"# `compare` on pairs of runs\n\n`benchmarks/compare_pairs.py {shlex.join(sys.argv[1:])}`, PREFIX `{shlex.join(prefix)}`; "
            f"{time.strftime('%Y-%m-%d')}, {(time.time() - begin) / 60:.0f} minutes.\n\n"
            f"- Two runs of the same program: \"no difference\" in **{counts['same']} of {min(pair + 1, same)}**.\n")
    if slow:
        text += (f"- The second run does a tenth of the pass `upscale` twice (`LD_PRELOAD` of `vulkan_shim.cpp`, nothing in the program): "
                 f"`upscale` called slower, exit status 1, in **{counts['found']} of {pair + 1 - same}**.\n")
    out.write_text(text + "\n| pair | second run | frame | upscale | exit status | compare's last line |\n|---|---|---|---|---|---|\n"
                   + "\n".join(rows) + "\n")
