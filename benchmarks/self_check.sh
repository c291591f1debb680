#!/bin/bash
# The self-check on scenes that nothing is wrong with, at three places of each path and at three scales: it has
# to be silent. `self_check.sh BUILD OUT.md SCENE...`; exits 1 where it says something.
set -eu
build=$1 out=$2; shift 2
frames=${FRAMES:-24} scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
{
  echo "# The self-check on scenes that nothing is wrong with"
  echo
  echo "\`benchmarks/self_check.sh\`, $(date -u +%F): each scene from its camera path at ${STARTS:-0 5 11} s, by 1.5, 2 and 3,"
  echo "$frames frames each at 640x360; what it finds when each mistake is made on purpose: \`tests/neural/self_check_test.cpp\`."
  echo
  echo "| scene | start | frames checked | found |"
  echo "|---|---|---|---|"
} > "$out"
status=0
for scene in "$@"; do
  for start in ${STARTS:-0 5 11}; do
    said=$("$build/neuraster" profile "$scene" --report "$scratch" --output 640x360 --frames "$frames" --warmup 0 \
      --start "$start" --upscaler bilinear --sweep scale=1.5,2,3 --self-check 2> /dev/null | grep self-check)
    found=$(echo "$said" | grep -v "nothing wrong" | sed 's/|/;/g' | paste -sd' ' || true)
    [ -z "$found" ] || status=1
    echo "| $(basename "$(dirname "$scene")")/$(basename "$scene" .toml) | $start s | $((3 * frames)) | ${found:-nothing} |" >> "$out"
  done
done
exit $status
