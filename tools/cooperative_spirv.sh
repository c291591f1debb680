#!/usr/bin/env bash
# cooperative_spirv.sh [--check]: compiles compute/vulkan/layers/cooperative.comp to the SPIR-V that is committed beside
# it, since Debian 12's glslang does not know GL_KHR_cooperative_matrix; Debian 13's does. --check compares instead:
# status 1 where the shader or what it includes has changed since, or where the code differs; 77 where this glslang does
# not know the extension or is another than the committed code's, so that only the sources were compared.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
layers=compute/vulkan/layers
committed=$layers/cooperative_spirv.inc
skip() { echo "skipped: $*"; exit 77; }

sources=$(cat $layers/cooperative.comp $layers/storage.glsl $layers/arguments.h | sha256sum | cut -d' ' -f1)
if [ "${1:-}" = --check ] && ! grep -qF "$sources" "$committed"; then
  echo "$committed is of other sources: tools/cooperative_spirv.sh makes it anew, on Debian 13"
  exit 1
fi
command -v glslangValidator >/dev/null || skip "glslangValidator is not installed"
version=$(glslangValidator --version | head -1)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
glslangValidator --quiet -V --target-env vulkan1.2 -I. --vn convolution_matrices -o "$folder/code.h" \
  $layers/cooperative.comp >"$folder/log" 2>&1 || {
  grep -q GL_KHR_cooperative_matrix "$folder/log" && skip "$version does not know GL_KHR_cooperative_matrix"
  cat "$folder/log"
  exit 1
}
{
  echo "// Made by tools/cooperative_spirv.sh with $version"
  echo "// from sources with the SHA-256 $sources"
  grep -v -e '^[[:space:]]*//' -e pragma "$folder/code.h"
} >"$folder/made.inc"
if [ "${1:-}" != --check ]; then
  cp "$folder/made.inc" "$committed"
elif ! grep -qF "$version" "$committed"; then
  skip "$committed is of another glslang than $version"
elif ! diff -q "$folder/made.inc" "$committed" >/dev/null; then
  echo "$committed is not what cooperative.comp compiles to: tools/cooperative_spirv.sh makes it anew"
  exit 1
fi
