#!/bin/sh
# The installed package, used as somebody else would: the example is configured, built and run outside of this
# build, on a sequence that the program captured. Usage: installed_library.sh BUILD SOURCE SCRATCH
set -eu
build=$1; source=$2; scratch=$3
rm -rf "$scratch"
mkdir -p "$scratch"
cmake --install "$build" --prefix "$scratch/prefix" --component neural > "$scratch/install.log"
generator=$(sed -n 's/^CMAKE_GENERATOR:INTERNAL=//p' "$build/CMakeCache.txt")  # what is installed here: make may not be
cmake -G "$generator" -S "$source/examples/upscale_sequence" -B "$scratch/example" -DCMAKE_PREFIX_PATH="$scratch/prefix" \
  -DCMAKE_BUILD_TYPE=Debug > "$scratch/configure.log"
cmake --build "$scratch/example" > "$scratch/build.log"
"$build/neuraster" capture courtyard --out "$scratch/captured" --sequences 1 --frames 10 --held-out --size 120 \
  --reference-samples 4 > "$scratch/capture.log"
NEURASTER_BACKENDS=$(dirname "$(find "$scratch/prefix" -name 'libneuraster_cpu.so')")
export NEURASTER_BACKENDS
"$scratch/example/upscale_sequence" "$scratch/prefix/share/neuraster/weights/neuraster.safetensors" \
  "$scratch/captured/shard_0000.nrs" "$scratch/pictures" | tee "$scratch/run.log"
[ "$(find "$scratch/pictures" -name 'frame_*.ppm' | wc -l)" = 10 ] || { echo "ten pictures were expected"; exit 1; }
