#!/bin/sh
# Captures what the shipped weights are trained and validated on: OUT/train and OUT/held_out.
# Usage: tools/capture_training.sh BUILD SCENES OUT [FIRST_ROUND LAST_ROUND]
# A round is 31 sequences, with a town of its own; Viking Room, Castle and one more town are only validated on.
# Lighthouse and Japanese Classroom are for testing and never captured.
set -eu
build=$(realpath "$1"); shared=$(realpath "$2"); out=$3; first=${4:-1}; last=${5:-8}
here=$(dirname "$0")
mkdir -p "$out"
"$here/training_scenes.sh" "$shared" "$out/scenes"
capture() { "$build/neuraster" capture "$@"; }
town() { "$build/make_town" --seed "$1" --time-of-day "$2" --out "$out/scenes/town$1" >/dev/null; }

if [ ! -d "$out/held_out" ]; then
  town 99 15
  capture "$out/scenes/viking_room.toml" "$out/scenes/kaykit_castle.toml" --out "$out/held_out" \
    --sequences 2 --seed 901 --held-out
  capture "$out/scenes/town99/scene.toml" "$out/scenes/town99/night.toml" --out "$out/held_out" \
    --sequences 2 --seed 902 --held-out
fi
set -- 7.5 noon overcast 18.5 night 10 golden 16
for round in 1 2 3 4 5 6 7 8; do
  hour=$1; shift
  [ "$round" -ge "$first" ] && [ "$round" -le "$last" ] || continue
  town "$((20 + round))" "$hour"
  capture "$out/scenes/black_forest.toml" --out "$out/train" --sequences 8 --seed "7${round}1"
  capture "$out/scenes/town$((20 + round))/scene.toml" --out "$out/train" --sequences 8 --seed "7${round}2"
  capture "$out/scenes/grey_white_room.toml" --out "$out/train" --sequences 8 --seed "7${round}3"
  capture courtyard --out "$out/train" --sequences 3 --seed "7${round}4"
  capture "$build/town/arcade.toml" "$build/town/thin.toml" --out "$out/train" --sequences 2 --seed "7${round}5" \
    --swap-textures 0.8
done
