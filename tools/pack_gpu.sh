#!/usr/bin/env bash
# pack_gpu.sh FOLDER: packs into FOLDER/neuraster.tar.gz what a GPU machine without our packages needs to run
# benchmarks/gpu.sh: the built programs, their libraries except for the C library's, the Vulkan loader, weights and
# shaders. Build first. On that machine:  mkdir -p /tmp/n && tar xzf FOLDER/neuraster.tar.gz -C /tmp/n && BUILD=/tmp/n benchmarks/gpu.sh NAME
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:?usage: tools/pack_gpu.sh FOLDER}
build=build/release
pack=$(mktemp -d)
mkdir -p "$pack/libraries" "$pack/lib" "$folder"
programs=(neuraster neuraster_probe gpu_test vulkan_upscaler_test vulkan_field_test bench_gpu study_convolution study_ends study_passes)
for program in "${programs[@]}"; do install -s "$build/$program" "$pack/"; done
install -s "$build"/lib/libneuraster_*.so "$pack/lib/"
# The C library and the compiler's libraries are not packed, since the machine has newer ones.
ldd "${programs[@]/#/$pack/}" "$pack"/lib/*.so | awk '/=> \//{print $3}' | sort -u |
  grep -vE '/(libc|libm|libdl|librt|libpthread|libgcc_s|libstdc\+\+|ld-linux[^/]*)\.so' |
  xargs -I{} cp -L {} "$pack/libraries/"
[ -d assets ] && cp -r assets "$pack/"
git rev-parse --short HEAD >"$pack/commit"
tar czf "$folder/neuraster.tar.gz" -C "$pack" .
rm -rf "$pack"
ls -l "$folder/neuraster.tar.gz"
