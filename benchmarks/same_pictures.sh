#!/usr/bin/env bash
# same_pictures.sh BUILD OUT: what a change that should change nothing must leave as it was. Draws 8 frames of the town,
# the courtyard and Lighthouse (from ../shared, where it is there) with three upscalers, evaluates the courtyard, and
# keeps every --help. Run it with two builds and compare:
#   diff A/pictures.sha B/pictures.sha; diff -r --exclude='*.png' --exclude='*.log' A B   (times differ)
set -uo pipefail
build=$(realpath "${1:?usage: same_pictures.sh BUILD OUT}") out=${2:?usage: same_pictures.sh BUILD OUT}
mkdir -p "$out" && out=$(realpath "$out")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scenes=("$build/town/scene.toml" courtyard)
[ -f ../shared/scenes/lighthouse/scene.toml ] && scenes+=(../shared/scenes/lighthouse/scene.toml)
for scene in "${scenes[@]}"; do
  name=$(basename "$(dirname "$scene/x")")
  [ "$name" = scene.toml ] && name=$(basename "$(dirname "$scene")")
  for upscaler in taau neural bilinear; do
    "$build/neuraster" render "$scene" --out "$out/$name-$upscaler" --output 640x360 --scale 2 --frames 8 \
      --upscaler "$upscaler" >"$out/$name-$upscaler.log" 2>&1 || { echo "$name, $upscaler: failed"; exit 1; }
  done
done
"$build/neuraster" evaluate courtyard --output 320x180 --frames 12 --reference-samples 8 --json "$out/evaluate.json" \
  >"$out/evaluate.log" 2>&1 || { echo "evaluate: failed"; exit 1; }
for command in "" view render evaluate profile compare train capture devices settings; do
  "$build/neuraster" $command --help >"$out/help-${command:-program}.txt" 2>&1
done
"$build/neuraster" settings >"$out/settings.toml"
(cd "$out" && find . -name '*.png' | sort | xargs sha256sum >pictures.sha && wc -l <pictures.sha)
