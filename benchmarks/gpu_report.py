#!/usr/bin/env python3
"""gpu_report.py WORK NAME COMMIT: joins what benchmarks/gpu.sh measured into NAME.json and a table NAME.md."""

import json
import pathlib
import subprocess
import sys


def read(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def main(work, name, commit):
    work = pathlib.Path(work)
    probe, bench = read(work / "probe.json"), read(work / "bench.json")
    pytorch, frame = read(work / "pytorch.json"), read(work / "frame" / "profile.json")
    # Joined contexts count only where they were joined; the probe says so, and the frame runs the same way.
    frame_vulkan = read(work / "frame_vulkan" / "profile.json")
    fields = {backend: read(work / f"field_{backend}" / "profile.json") for backend in ("cuda", "vulkan")}
    probe_joined, frame_joined = read(work / "probe_joined.json"), read(work / "frame_joined" / "profile.json")
    if not probe_joined.get("cuda", {}).get("joined"):
        probe_joined, frame_joined = {}, {}
    try:
        smi = subprocess.run(["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"],
                             capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        smi = ""
    gpu, _, driver = smi.partition(", ")
    cases = bench.get("cases", {})
    for key, timed in pytorch.items():
        cases.setdefault(key, {}).update(timed)
    result = {"gpu": gpu or bench.get("gpu"), "driver": driver, "commit": commit, "cases": cases,
              "handoff_ms": probe.get("hand_off", {}).get("round_trip_ms"),
              "handoff_joined_ms": probe_joined.get("hand_off", {}).get("round_trip_ms"),
              "frame_ms": frame.get("frame", {}).get("p50_ms"),
              "frame_vulkan_ms": frame_vulkan.get("frame", {}).get("p50_ms"),
              "field_ms": {backend: field.get("passes", {}).get("field", {}).get("p50_ms") for backend, field in fields.items()},
              "frame_joined_ms": frame_joined.get("frame", {}).get("p50_ms"),
              "train_steps_per_s": bench.get("train_steps_per_s"), "probe": probe, "frame": frame.get("passes"),
              "parts": [dict(zip(("part", "status", "seconds"), line.split()))
                        for line in (work / "parts.txt").read_text().splitlines()]}
    pathlib.Path(name + ".json").write_text(json.dumps(result, indent=2) + "\n")
    number = lambda x, digits=3: f"{x:.{digits}f}" if isinstance(x, (int, float)) else "-"
    lines = [f"{result['gpu']}, driver {driver}, commit {commit}", "",
             "| case | ours ms | launches | cuDNN ms | PyTorch ms | floor ms | dB against CPU f32 |",
             "|---|---|---|---|---|---|---|"]
    for key, case in cases.items():
        lines.append(f"| {key} | {number(case.get('ours_ms'))} | {case.get('ours_launches', '-')} | "
                     f"{number(case.get('cudnn_ms'))} | {number(case.get('pytorch_ms'))} | "
                     f"{number(case.get('floor_ms'))} | {number(case.get('psnr_db_vs_cpu'), 1)} |")
    lines += ["", f"hand-off {number(result['handoff_ms'])} ms ({number(result['handoff_joined_ms'])} in joined contexts), "
              f"whole frame {number(result['frame_ms'])} ms ({number(result['frame_joined_ms'])}), "
              f"training steps a second {json.dumps(result['train_steps_per_s'])}", "", "| stage | ours ms (1080p-4k) |",
              "|---|---|"]
    for stage, ms in (cases.get("1080p-4k", {}).get("ours_stages_ms") or {}).items():
        lines.append(f"| {stage} | {number(ms)} |")
    lines += ["", "| part | exit status | seconds |", "|---|---|---|"]
    lines += [f"| {p['part']} | {p['status']} | {p['seconds']} |" for p in result["parts"]]
    pathlib.Path(name + ".md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
