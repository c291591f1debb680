#!/bin/sh
# Captures a mixture for training whose share of each kind is stated: things thinner than a pixel against sky and clutter,
# fast turns, light and shadow that move over still ground, things that come and go, long stills, and the usual mixture.
# Usage: tools/capture_plan.sh BUILD SCENES OUT [FIRST_ROUND LAST_ROUND]
# Round 0 is used for validation only: 5 sequences of scenes that no other round has. Every other round has 20 sequences,
# and towns of its own seed and hour. Lighthouse and Japanese Classroom are reserved for testing and never captured.
#
#   kind      share  scenes
#   mixed      35 %  Black Forest, Grey and White Room, town
#   wires      20 %  the town's rigging, fences and wires (thin), and its fence against clutter (turn): mixed moves
#   turn       15 %  town, Black Forest: leaves, tiles and cobbles pass fast
#   light      15 %  town, Grey and White Room: the sun's shadows move or jump while the camera rests
#   objects    10 %  town, Grey and White Room: things come and go within a frame
#   still       5 %  town, 40 frames
set -eu
build=$(realpath "$1"); shared=$(realpath "$2"); out=$3; first=${4:-0}; last=${5:-4}
here=$(dirname "$0")
mkdir -p "$out"

for round in $(seq "$first" "$last"); do
  scenes=$out/scenes/$round
  "$here/training_scenes.sh" "$shared" "$scenes"
  seed=$((40 + round))
  set -- 15 golden 7.5 noon overcast 18.5 night 10
  shift $((round % 8))
  "$build/make_town" --seed "$seed" --time-of-day "$1" --out "$scenes/town" >/dev/null
  town=$scenes/town
  n=0
  capture() {  # KIND SEQUENCES SCENE [OPTIONS]
    kind=$1; count=$2; scene=$3; shift 3
    n=$((n + 1))
    "$build/neuraster" capture "$scene" --out "$into" --kind "$kind" --sequences "$count" --seed "8${round}0$n" "$@"
  }
  if [ "$round" -eq 0 ]; then
    into=$out/held_out
    capture mixed 1 "$scenes/viking_room.toml" --held-out
    capture mixed 1 "$town/thin.toml" --held-out
    capture turn 1 "$scenes/kaykit_castle.toml" --held-out
    capture light 1 "$town/scene.toml" --held-out
    capture still 1 "$town/scene.toml" --held-out
    continue
  fi
  into=$out/train/$round
  capture mixed 3 "$town/scene.toml"
  capture mixed 3 "$town/thin.toml"
  capture light 2 "$town/scene.toml"
  capture turn 2 "$town/scene.toml"
  capture mixed 2 "$scenes/black_forest.toml"
  capture objects 1 "$town/scene.toml"
  capture still 1 "$town/scene.toml" --frames 40
  capture mixed 1 "$town/turn.toml"
  capture turn 1 "$scenes/black_forest.toml"
  capture mixed 2 "$scenes/grey_white_room.toml"
  capture light 1 "$scenes/grey_white_room.toml"
  capture objects 1 "$scenes/grey_white_room.toml"
done
