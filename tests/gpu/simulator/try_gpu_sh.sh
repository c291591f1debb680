#!/usr/bin/env bash
# try_gpu_sh.sh SIMULATED FOLDER: runs benchmarks/gpu.sh with the simulator's programs, so that it has run
# before it runs on a lent GPU. It says nothing about speed.
set -euo pipefail
simulated=$1 folder=$2
rm -rf "$folder"
mkdir -p "$folder"
BUILD=$simulated RESULTS=$folder STUDIES=ends FRAME="--output 48x28 --frames 3 --warmup 1" LEARN="--minutes 0.05 --lines 90 --held-out 1" GTEST_FILTER="Gpu.AtMostSixLaunches" \
  benchmarks/gpu.sh simulated >"$folder/output.txt" 2>&1 || { tail -n 60 "$folder/output.txt"; exit 1; }
python3 - "$folder/simulated.json" <<'END'
import json, sys
result = json.load(open(sys.argv[1]))
statuses = {part["part"]: int(part["status"]) for part in result["parts"]}
# No compute-sanitizer, no PyTorch for a GPU and no compute in Vulkan; the other studies are tests of their own.
without = {name for name in statuses if name.startswith("sanitizer_") or name == "pytorch" or "vulkan" in name}
failed = {name: status for name, status in statuses.items() if status and name not in without}
assert not failed, failed
assert len(statuses) - len(without) >= 8, statuses
case = result["cases"]["1080p-4k"]
for key in ("ours_ms", "cudnn_ms", "floor_ms"):
    assert case[key] > 0, (key, case)
assert case["psnr_db_vs_cpu"] > 50, case
assert result["gpu"] == "simulated GPU", result["gpu"]
hand_off = result["probe"]["hand_off"]
assert hand_off["rounds"] == 1000 and hand_off["wrong_words_in_cuda"] == hand_off["wrong_rounds_in_vulkan"] == 0, hand_off
for key in ("handoff_ms", "frame_ms"):
    assert result[key] > 0, (key, result[key])
assert result["field_ms"]["cuda"] > 0, result["field_ms"]
assert result["train_steps_per_s"]["gpu"] > 0 and result["train_steps_per_s"]["cpu"] > 0, result["train_steps_per_s"]
END
