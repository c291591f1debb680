#!/usr/bin/env bash
# tidy.sh [--all | COMMIT]: clang-tidy on the C++ files that differ from COMMIT, the newest first. Without COMMIT: from
# where this branch left origin/main, and on origin/main itself from the commit before. A changed header is read with
# the source of its name. .clang-tidy lists the checks, and Debian 12's clang-tidy 14 decides. Needs a configured build
# in build/release (BUILD=FOLDER). One file takes about ten seconds, so no file is begun after SECONDS_LIMIT seconds (40
# unless set), and the last line says how many were read. --all reads everything, on all processors. Status 77, which
# the test `Tidy` counts as skipped, where it cannot run.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=${BUILD:-build/release} limit=${SECONDS_LIMIT:-40} jobs=1
skip() { echo "skipped: $*"; exit 77; }

program=$(command -v clang-tidy-14 || command -v clang-tidy) || skip "clang-tidy 14 is not installed"
version=$("$program" --version | grep -o 'version [0-9]*' | head -1)
[ "$version" = 'version 14' ] || skip "clang-tidy 14 decides, and this one is $version"
[ -f "$build/compile_commands.json" ] || skip "$build has no compile_commands.json"
# clang cannot read GCC's precompiled header; the sources include what they use without it.
commands=$(mktemp -d)
trap 'rm -rf "$commands"' EXIT
sed -E 's# -(Winvalid-pch|fpch-preprocess)##g; s# -include [^ "]*cmake_pch\.hxx##g' "$build/compile_commands.json" \
  >"$commands/compile_commands.json"
git rev-parse --git-dir >/dev/null 2>&1 || skip "the changed files are git's to tell, and this is not a clone"

if [ "${1:-}" = --all ]; then
  limit=${SECONDS_LIMIT:-100000} jobs=$(nproc)
  changed=$(git ls-files '*.cpp')
else
  base=${1:-$(git merge-base HEAD origin/main 2>/dev/null)}
  [ -z "${1:-}" ] && [ "$base" = "$(git rev-parse HEAD)" ] && base=
  base=${base:-HEAD~1}
  git rev-parse --verify --quiet "$base^{commit}" >/dev/null || skip "the commit $base is not in this clone"
  changed=$(git diff --name-only --diff-filter=d "$base" -- '*.cpp' '*.h'
            git ls-files --others --exclude-standard '*.cpp' '*.h')
fi

# The sources to read, and the headers whose own lines count.
sources=() headers=none
for file in $(ls -t -- $changed 2>/dev/null); do
  case $file in
    *.h) headers+="|${file//./\\.}"; file=${file%.h}.cpp ;;
  esac
  [ -f "$file" ] && grep -qF "/$file\"" "$build/compile_commands.json" || continue
  [[ " ${sources[*]-} " == *" $file "* ]] || sources+=("$file")
done
[ ${#sources[@]} -gt 0 ] || { echo "No source that the build compiles has changed."; exit 0; }

# read_one FILE: says so where there is no time left for it.
read_one() {
  [ "$(date +%s)" -lt "$deadline" ] || { echo "not read: $1"; return 0; }
  "$program" -p "$commands" --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-error \
    --header-filter="/($headers)\$" "$1" 2>/dev/null
}
export -f read_one
export program commands headers deadline=$(($(date +%s) + limit))
printed=$(printf '%s\n' "${sources[@]}" | xargs -P "$jobs" -I{} bash -c 'read_one {}')
status=$?
left=$(grep -c '^not read: ' <<<"$printed")
grep -v '^not read: ' <<<"$printed" | grep .
echo "clang-tidy read $((${#sources[@]} - left)) of ${#sources[@]} files in $SECONDS s."
[ $status = 0 ]
