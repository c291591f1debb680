#!/usr/bin/env bash
# Runs the broken-input tests and every fuzzer under AddressSanitizer and UBSan.
#   tools/fuzz.sh [MINUTES]         both, and MINUTES of each fuzzer (10)
#   tools/fuzz.sh MINUTES NAME...   only these fuzzers: obj scene settings safetensors sequence checkpoint report field
# Needs clang for the fuzzers. Ends with one line for each, and exit status 1 where anything was found. What was
# found lies in build/fuzz/found/, and the inputs that reach new code stay in build/fuzz/corpus/ for the next run.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
minutes=${1:-10}
shift $(($# > 0))
all=(obj scene settings safetensors sequence checkpoint report field)
names=("${@:-${all[@]}}")
[ $# -gt 0 ] || names=("${all[@]}")
failed=0
launchers=()
command -v ccache >/dev/null && launchers=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache)

export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# What libraries and drivers keep until the end is not ours; an allocation that is refused is an error to handle.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1

# The tests that read broken, damaged or hostile input, by the programs that hold them.
tests='BadScene|Scene|Texture|Weights|Damage|FieldFile|SequenceFile|Trainer|WriteFile|File|Json|Nesting|Text|Png|Exr|Settings|Report|Compare|CommandLine|UserError'
if [ $# -eq 0 ]; then
  cmake --preset asan "${launchers[@]}" >/dev/null || exit 1
  ninja -C build/asan >build/asan/build.log || { tail -n 20 build/asan/build.log; exit 1; }
  if ctest --test-dir build/asan -R "^($tests)" --output-on-failure >build/asan/tests.log 2>&1; then
    echo "tests: $(grep -E 'tests passed' build/asan/tests.log)"
  else
    grep -E 'tests passed|Failed' build/asan/tests.log
    failed=1
  fi
fi

command -v clang++ >/dev/null || { echo "clang++ is missing, so nothing was fuzzed"; exit 1; }
cmake --preset fuzz "${launchers[@]}" >/dev/null || exit 1
targets=()
for name in "${names[@]}"; do targets+=("${name}_fuzz"); done
ninja -C build/fuzz "${targets[@]}" >build/fuzz/build.log || { tail -n 20 build/fuzz/build.log; exit 1; }

# seed NAME FILE PREFIX: an input to begin with; PREFIX is what the target expects before the text.
seed() { { printf '%b' "$3"; cat "$2"; } >"build/fuzz/corpus/$1/seed_$(basename "$2")"; }
mkdir -p build/fuzz/found
for name in "${names[@]}"; do
  corpus=build/fuzz/corpus/$name
  mkdir -p "$corpus"
  case $name in
    obj)
      printf 'mtllib a.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nvn 0 0 1\nusemtl m\nf 1/1/1 2/1/1 -1/1/1\n' >"$corpus/seed"
      ;;
    scene)
      printf '\1newmtl m\nKd 1 0 0\nmap_Kd -s 2 2 2 a.png\n' >"$corpus/seed_mtl"
      printf '\2name = "a"\n[[model]]\npath = "good.obj"\n[[light]]\nposition = [0, 1, 0]\n' >"$corpus/seed_toml"
      seed scene tests/data/metrics/equal_test.png '\3'
      ;;
    settings) for file in assets/presets/*.toml; do seed settings "$file" ''; done ;;
    checkpoint)
      printf '\1{"steps":3,"gradient_length":"0x1p+0","random":"7","settings":{"seed":1,"batch":1,"unroll":6,"windows":4,"crop":192,"rate":0.002},"note":"n"}' >"$corpus/seed"
      ;;
    sequence)
      printf '\1\31\0{"scene":"s","validation":false,"frames":[{"render":[1,1],"output":[1,1],"jitter":[0,0],"exposure":1,"clip_to_prev_clip":[1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1],"tan_half_fov_y":0.5,"aspect":1,"near":0.1,"frame_seconds":0.016,"frame_index":0,"reset":true}]}' >"$corpus/seed"
      ;;
    field)
      printf '\1{"format":"neuraster field 2","scene":"s","scene_hash":"0","center":[0,0,0],"voxel":0.0625,"exposure":1,"seconds":1,"views":1,"record":""}' >"$corpus/seed"
      printf '\20\1\0\0\0\0\200\377\200\200\62\62\62\120\377\377' >"$corpus/seed_surfel"
      ;;
    report)
      index=$(seq -s, 0 24) ms=$(yes 1.5 | head -n 25 | paste -sd,)
      printf '{"scene":"s","device":"d","runs":[{"label":"taau","render":[8,4],"output":[16,8],"picture":"picture_00.jpg","passes":{"gbuffer":{"row":"gpu"}},"per_frame":{"index":[%s],"frame_ms":[%s],"passes_ms":{"gbuffer":[%s]}}}]}' "$index" "$ms" "$ms" >"$corpus/seed"
      ;;
  esac
  log=build/fuzz/$name.log
  "build/fuzz/${name}_fuzz" -max_total_time=$((60 * minutes)) -rss_limit_mb=4096 -timeout=20 -max_len=65536 \
    -artifact_prefix="build/fuzz/found/${name}_" "$corpus" >"$log" 2>&1 &
  fuzzer=$!
  if wait $fuzzer; then
    echo "$name: $(grep '^Done' "$log"), nothing found"
  else
    echo "$name: FOUND something, see $log"
    failed=1
  fi
  rm -rf "/dev/shm/neuraster_fuzz_$fuzzer"
done
exit $failed
