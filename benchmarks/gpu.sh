#!/usr/bin/env bash
# gpu.sh NAME: everything that needs an NVIDIA GPU, in one run of under 10 minutes: the probe, the GPU tests,
# Vulkan's, compute-sanitizer, the upscaler at three sizes against cuDNN and PyTorch, the whole frame, also of a
# learned scene, training.
# Writes benchmarks/results/NAME.json, NAME.md and NAME.log. Takes the build in build/release, or what
# tools/pack_gpu.sh packed (BUILD=FOLDER), or the simulator's (tests/gpu/simulator/try_gpu_sh.sh). Every part
# has its own time limit, and a part that fails is recorded. Options: FRAME of the whole frame, LEARN of `learn`; STUDIES: which.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=${1:?usage: benchmarks/gpu.sh NAME}
build=${BUILD:-build/release}
results=${RESULTS:-benchmarks/results}
work=$(mktemp -d)
mkdir -p "$results"
log=$results/$name.log
: >"$log"
case $build in /*) ;; *) build=$PWD/$build ;; esac
icd=/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json  # where lent machines keep it
[ -z "${VK_DRIVER_FILES:-}" ] && [ -f "$icd" ] && export VK_DRIVER_FILES=$icd
export NEURASTER_BACKENDS=$build/lib

# Our programs only: Python has libraries of its own.
path=${LD_LIBRARY_PATH:-}
[ -d "$build/libraries" ] && path=$build/libraries${path:+:$path}
# cuDNN from where PyTorch has it, unless the loader knows one.
cudnn=$(python3 -c 'import nvidia.cudnn, os; print(os.path.join(list(nvidia.cudnn.__path__)[0], "lib"))' 2>/dev/null || true)
cublas=$(python3 -c 'import nvidia.cublas, os; print(os.path.join(list(nvidia.cublas.__path__)[0], "lib"))' 2>/dev/null || true)
for folder in "$cudnn" "$cublas" /usr/local/cuda/lib64; do
  [ -d "$folder" ] && path=$path:$folder
done
ours=(env "LD_LIBRARY_PATH=${path#:}")

# part NAME SECONDS COMMAND...: into the log, its exit status and seconds into parts.txt. All together stay below ten
# minutes: what comes last gets what is left, and status 124 where that is nothing.
part() {
  local part=$1 limit=$2 start=$SECONDS left=$((580 - SECONDS))
  shift 2
  if [ "$left" -le 0 ]; then
    echo "== $part: no time left" | tee -a "$log"
    echo "$part 124 0" >>"$work/parts.txt"
    return
  fi
  [ "$limit" -gt "$left" ] && limit=$left
  echo "== $part: $*" | tee -a "$log"
  timeout "$limit" "$@" 2>&1 | tee -a "$log" | tail -n 40
  local status=${PIPESTATUS[0]}
  echo "$part $status $((SECONDS - start))" >>"$work/parts.txt"
  echo "== $part: status $status, $((SECONDS - start)) s" | tee -a "$log"
}
value() { python3 -c "import json,sys; print(json.load(open('$work/probe.json'))['rates']['$1'])" 2>/dev/null || echo "$2"; }

read -ra frame <<<"${FRAME:---output 3840x2160 --frames 200}"

part probe 45 "${ours[@]}" "$build/neuraster_probe" --json "$work/probe.json"
part probe_joined 30 "${ours[@]}" "$build/neuraster_probe" --contexts joined --json "$work/probe_joined.json"
part devices 20 "${ours[@]}" "$build/neuraster" devices
part tests 110 "${ours[@]}" "$build/gpu_test"
part tests_vulkan 45 "${ours[@]}" "$build/vulkan_upscaler_test"
part tests_vulkan_field 20 "${ours[@]}" "$build/vulkan_field_test"
part benchmark 100 "${ours[@]}" "$build/bench_gpu" "$work/bench.json" "$(value copy_gb_s 3000)" "$(value mma_sync_tflop_s 500)"
for study in ${STUDIES:-convolution ends passes}; do
  part "study_$study" 25 "${ours[@]}" "$build/study_$study"
done
[ -d "$build/assets" ] && export NEURASTER_ASSETS=$build/assets
weights=${NEURASTER_ASSETS:-assets}/weights/neuraster.safetensors
[ -f "$weights" ] || { weights=$work/untrained.safetensors; "${ours[@]}" "$build/bench_gpu" --weights "$weights"; }
part frame 40 "${ours[@]}" "$build/neuraster" profile courtyard --weights "$weights" --upscaler neural --backend cuda "${frame[@]}" \
  --scale 2 --report "$work/frame"
part frame_joined 30 "${ours[@]}" "$build/neuraster" profile courtyard --weights "$weights" --upscaler neural --backend cuda "${frame[@]}" \
  --scale 2 --joined-contexts on --report "$work/frame_joined"
part frame_vulkan 30 "${ours[@]}" "$build/neuraster" profile courtyard --weights "$weights" --upscaler neural --backend vulkan "${frame[@]}" \
  --scale 2 --report "$work/frame_vulkan"
read -ra learn <<<"${LEARN:---minutes 0.3 --held-out 1}"  # on the processor
part field_learn 45 "${ours[@]}" "$build/neuraster" learn courtyard "${learn[@]}" --out "$work/court.safetensors"
for backend in cuda vulkan; do
  part "field_$backend" 25 "${ours[@]}" "$build/neuraster" profile courtyard --weights "$weights" --upscaler neural --backend "$backend" \
    "${frame[@]}" --scale 2 --source field --field "$work/court.safetensors" --report "$work/field_$backend"
done
for tool in memcheck racecheck; do
  part "sanitizer_$tool" 45 "${ours[@]}" compute-sanitizer --tool "$tool" --error-exitcode 9 "$build/gpu_test" \
    --gtest_filter='Gpu.AtMostSixLaunches:Gpu.GradientsMatchTheReference'
done
part sanitizer_hand_off 35 "${ours[@]}" compute-sanitizer --error-exitcode 9 "$build/neuraster_probe"
part pytorch 120 python3 benchmarks/gpu_pytorch.py "$work/pytorch.json"

python3 benchmarks/gpu_report.py "$work" "$results/$name" "$(cat "$build/commit" 2>/dev/null || git rev-parse --short HEAD)"
cat "$results/$name.md"
rm -rf "$work"
