#!/usr/bin/env bash
# format.sh [--fix]: whether clang-format writes every C++ and CUDA file as it stands; --fix lets it write them.
# Versions disagree, so Debian 12's decides: clang-format 14. Where another one is installed, or none, this says so
# and ends with status 77, which the test `Format` counts as skipped.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
skip() { echo "skipped: $*"; exit 77; }

program=$(command -v clang-format-14 || command -v clang-format) || skip "clang-format 14 is not installed"
version=$("$program" --version | grep -o 'version [0-9]*')
[ "$version" = 'version 14' ] || skip "clang-format 14 decides, and this one is $version"
git rev-parse --git-dir >/dev/null 2>&1 || skip "the list of files is git's, and this is not a clone"

mode=(--dry-run -Werror)
[ "${1:-}" = --fix ] && mode=(-i)
# What git knows and what it does not ignore: a new file counts before it is added.
git ls-files -z --cached --others --exclude-standard '*.cpp' '*.h' '*.cu' | while IFS= read -r -d '' file; do
  [ -f "$file" ] && printf '%s\0' "$file"
done | xargs -0 "$program" "${mode[@]}" || {
  echo "These files are not formatted: tools/format.sh --fix does it."
  exit 1
}
