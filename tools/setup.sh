# Functions of run.sh and test.sh, which source this file: they install missing packages, configure and build.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/release

say() { printf '%s\n' "$*" >&2; }
die() { say "$(basename "$0"): $*"; exit 1; }

installed() { [ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" = 'install ok installed' ]; }

# missing build|test...: prints the packages of these groups that are not installed. A line may offer a choice: A|B.
missing() {
  local group names name
  while read -r group names; do
    [[ " $* " == *" $group "* ]] || continue
    for name in ${names//|/ }; do installed "$name" && continue 2; done
    echo "$names"
  done < <(grep -v '^#' "$root/tools/packages.txt")
}

# available NAME|OTHER: prints the first of these names that apt knows.
available() {
  local name
  for name in ${1//|/ }; do
    apt-cache show "$name" >/dev/null 2>&1 && { echo "$name"; return; }
  done
  die "this system's apt has no package '$1' (README lists the systems that were tried)"
}

install_packages() {
  command -v dpkg-query >/dev/null || {
    say "This is not a Debian system: what tools/packages.txt lists must already be here."
    return
  }
  local wanted as_root=() names=() line
  wanted=$(missing "$@")
  [ -n "$wanted" ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "these packages are missing, and there is no sudo to install them: $(echo $wanted)"
    as_root=(sudo)
  fi
  say "These packages are missing and will be installed with apt:"
  say "  $(echo $wanted)"
  "${as_root[@]}" apt-get update -qq || die "apt-get update failed"
  while read -r line; do names+=("$(available "$line")") || exit 1; done <<<"$wanted"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${names[@]}" >&2 || die "apt-get install failed"
}

# build_targets [TARGET...]: configures and builds these targets, or all of them where none is named.
build_targets() {
  local options=() log=$build/configure.log
  command -v ccache >/dev/null && options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache)
  # One architecture builds in a quarter of the time of all: the GPU's own, or what the environment names.
  if [ -n "${NEURASTER_CUDA_ARCHITECTURES:-}" ]; then
    options+=("-DNEURASTER_CUDA_ARCHITECTURES=$NEURASTER_CUDA_ARCHITECTURES")
  elif [ ! -f "$build/CMakeCache.txt" ] &&
    nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | grep -qE '^(7\.5|[89]\.|1[0-9]\.)'; then
    options+=(-DNEURASTER_CUDA_ARCHITECTURES=native)
  fi
  mkdir -p "$build"
  (cd "$root" && cmake --preset release "${options[@]}") >"$log" 2>&1 || { cat "$log" >&2; die "cmake failed"; }
  grep -E '^-- Left out' "$log" >&2  # what CMake did not find and goes without
  ninja -C "$build" -j "$(nproc)" "$@" >&2 || die "the build failed"
}
