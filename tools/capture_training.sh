#!/bin/sh
# Captures the sequences that the shipped weights are trained and validated on: OUT/train/ROUND and OUT/held_out.
# Usage: tools/capture_training.sh BUILD SCENES OUT [FIRST_ROUND LAST_ROUND]
# Round 0 is used for validation only: 8 sequences of Viking Room, Castle and one more town. Every other round has 31
# sequences and a town of its own. Rounds can run side by side in separate calls. Lighthouse and Japanese Classroom are
# reserved for testing and never captured.
set -eu
build=$(realpath "$1"); shared=$(realpath "$2"); out=$3; first=${4:-0}; last=${5:-8}
here=$(dirname "$0")
mkdir -p "$out"
capture() { "$build/neuraster" capture "$@"; }
town() { "$build/make_town" --seed "$1" --time-of-day "$2" --out "$scenes/town$1" >/dev/null; }

for round in $(seq "$first" "$last"); do
  scenes=$out/scenes/$round
  "$here/training_scenes.sh" "$shared" "$scenes"
  if [ "$round" -eq 0 ]; then
    town 99 15
    capture "$scenes/viking_room.toml" "$scenes/kaykit_castle.toml" --out "$out/held_out" --sequences 2 --seed 901 \
      --held-out
    capture "$scenes/town99/scene.toml" "$scenes/town99/night.toml" --out "$out/held_out" --sequences 2 --seed 902 \
      --held-out
    continue
  fi
  set -- 7.5 noon overcast 18.5 night 10 golden 16
  shift $(((round - 1) % 8))
  town "$((20 + round))" "$1"
  into=$out/train/$round
  capture "$scenes/black_forest.toml" --out "$into" --sequences 8 --seed "7${round}1"
  capture "$scenes/town$((20 + round))/scene.toml" --out "$into" --sequences 8 --seed "7${round}2"
  capture "$scenes/grey_white_room.toml" --out "$into" --sequences 8 --seed "7${round}3"
  capture courtyard --out "$into" --sequences 3 --seed "7${round}4"
  capture "$build/town/arcade.toml" "$build/town/thin.toml" --out "$into" --sequences 2 --seed "7${round}5" \
    --swap-textures 0.8
done
