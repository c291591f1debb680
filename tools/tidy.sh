#!/usr/bin/env bash
# tidy.sh [--all | COMMIT]: clang-tidy (.clang-tidy lists the checks) on the C++ files that differ from COMMIT, the newest
# first. Without COMMIT: from where this branch left origin/main, and on origin/main itself from the commit before.
# A changed header is read with the source of its name. Needs a configured build in build/release (BUILD=FOLDER).
# One file takes about ten seconds, so it stops after SECONDS_LIMIT seconds (60 unless set, no limit with --all) and
# says how many files it has not read. Status 77, which the test `Tidy` counts as skipped, where it cannot run.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=${BUILD:-build/release}
skip() { echo "skipped: $*"; exit 77; }

command -v clang-tidy >/dev/null || skip "clang-tidy is not installed"
[ -f "$build/compile_commands.json" ] || skip "$build has no compile_commands.json"
git rev-parse --git-dir >/dev/null 2>&1 || skip "the changed files are git's to tell, and this is not a clone"

limit=${SECONDS_LIMIT:-60}
if [ "${1:-}" = --all ]; then
  limit=${SECONDS_LIMIT:-100000}
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
sources=() headers=()
for file in $(ls -t -- $changed 2>/dev/null); do
  case $file in
    *.h) headers+=("${file//./\\.}"); file=${file%.h}.cpp ;;
  esac
  [ -f "$file" ] && grep -qF "/$file\"" "$build/compile_commands.json" || continue
  [[ " ${sources[*]-} " == *" $file "* ]] || sources+=("$file")
done
[ ${#sources[@]} -gt 0 ] || { echo "No source that the build compiles has changed."; exit 0; }

status=0 read=0
for file in "${sources[@]}"; do
  [ "$SECONDS" -ge "$limit" ] && break
  clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-error \
    --header-filter="$(IFS='|'; echo "/(${headers[*]:-none})\$")" "$file" 2>/dev/null || status=1
  read=$((read + 1))
done
echo "clang-tidy read $read of ${#sources[@]} changed files in $SECONDS s."
exit $status
