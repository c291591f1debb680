# Functions of run.sh and test.sh, which source this file: they install missing packages, configure and build.
# They say what they do in a few lines; what apt, CMake and Ninja say goes to build/release/setup.log.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/release
setup_log=$build/setup.log
mkdir -p "$build" && : >"$setup_log" || exit 1

say() { printf '%s\n' "$*" >&2; }
die() { say "$(basename "$0"): $*"; exit 1; }

# log_of COMMAND...: runs it with its output in the log. On a terminal its newest line is shown meanwhile.
log_of() {
  if [ -t 2 ]; then
    "$@" 2>&1 | tee -a "$setup_log" | while IFS= read -r line; do printf '\r\033[K%.*s' 78 "$line" >&2; done
    local status=${PIPESTATUS[0]}
    printf '\r\033[K' >&2
    return "$status"
  fi
  "$@" >>"$setup_log" 2>&1
}

# die_with_log MESSAGE: shows where in the log it went wrong.
die_with_log() {
  { grep -m 1 -A 12 -E '^FAILED|^CMake Error|^E: |error:' "$setup_log" || tail -n 12 "$setup_log"; } >&2
  die "$1 (all of it: $setup_log)"
}

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
  say "Installing with apt what is missing: $(echo $wanted)"
  log_of "${as_root[@]}" apt-get update -qq || die_with_log "apt-get update failed"
  while read -r line; do names+=("$(available "$line")") || exit 1; done <<<"$wanted"
  log_of "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${names[@]}" || die_with_log "apt-get install failed"
}

# build_targets [TARGET...]: configures and builds these targets, or all of them where none is named.
build_targets() {
  local options=() left_out unwanted
  command -v ccache >/dev/null && options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache)
  # One architecture builds in a quarter of the time of all: the GPU's own, or what the environment names.
  if [ -n "${NEURASTER_CUDA_ARCHITECTURES:-}" ]; then
    options+=("-DNEURASTER_CUDA_ARCHITECTURES=$NEURASTER_CUDA_ARCHITECTURES")
  elif [ ! -f "$build/CMakeCache.txt" ] &&
    nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | grep -qE '^(7\.5|[89]\.|1[0-9]\.)'; then
    options+=(-DNEURASTER_CUDA_ARCHITECTURES=native)
  fi
  configure() (cd "$root" && cmake --preset release "${options[@]}")
  log_of configure || die_with_log "cmake failed"
  # Whoever builds some targets did not ask for the tests.
  [ $# -gt 0 ] && unwanted='^the tests ' || unwanted='^$'
  left_out=$(sed -n 's/^-- Left out: //p' "$setup_log" | grep -v "$unwanted" | paste -sd ';' | sed 's/;/; /g')
  [ -z "$left_out" ] || say "Left out: $left_out"  # what CMake did not find and goes without
  # Said only where it takes a while. (A trial run cannot tell: it takes CMake's own checks for work.)
  { sleep 2 >/dev/null 2>&1; say "Building (the first time takes minutes; log: $setup_log)"; } &
  local note=$! status=0
  log_of ninja -C "$build" -j "$(nproc)" "$@" || status=$?
  kill "$note" 2>/dev/null
  [ "$status" -eq 0 ] || die_with_log "the build failed"
}
