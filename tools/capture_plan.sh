#!/bin/sh
# Captures a mixture for training, OUT/train/ROUND and OUT/held_out, whose share of each kind is stated: things thinner
# than a pixel against sky and clutter, fast turns, light and shadow that move over still ground, things that come and go,
# long stills, and the usual mixture.
# Usage: tools/capture_plan.sh BUILD SCENES OUT [FIRST_ROUND LAST_ROUND]
# Round 0 is used for validation only: 4 sequences of a town that no other round has. Every other round has 42 sequences,
# with a town and six scenes of clutter of its own. Rounds can run side by side in separate calls. Lighthouse and Japanese
# Classroom are reserved for testing and never captured. A sequence has 480 pixels a side: four times the crops of 240 for
# twice the time, with as much of the scene in a pixel as in a picture of 960x540.
#
#   kind      share  scenes
#   mixed      64 %  clutter (12 of 27), Black Forest, Viking Room, Castle, Grey and White Room, town, courtyard
#   wires      12 %  the town's rigging, fences and wires (thin), its arcade: mixed moves
#   turn        7 %  clutter, town, Black Forest: leaves, tiles and cobbles pass fast
#   light       7 %  clutter, town, Grey and White Room: the sun's shadows move or jump while the camera rests
#   objects     5 %  clutter, Grey and White Room: things come and go within a frame
#   still       5 %  town, Black Forest, 40 frames
set -eu
build=$(realpath "$1"); shared=$(realpath "$2"); out=$3; first=${4:-0}; last=${5:-8}
here=$(dirname "$0")
mkdir -p "$out"

for round in $(seq "$first" "$last"); do
  scenes=$out/scenes/$round
  "$here/training_scenes.sh" "$shared" "$scenes"
  seed=$((60 + round))
  set -- 15 golden 7.5 noon overcast 18.5 night 10
  shift $((round % 8))
  "$build/make_town" --seed "$seed" --time-of-day "$1" --out "$scenes/town" >/dev/null
  town=$scenes/town
  n=0
  capture() {  # KIND SEQUENCES SCENE [OPTIONS]
    kind=$1; count=$2; scene=$3; shift 3
    n=$((n + 1))
    "$build/neuraster" capture "$scene" --out "$into" --kind "$kind" --sequences "$count" --seed "9${round}0$n" \
      --size 480 --reference-samples "$samples" "$@"
  }
  if [ "$round" -eq 0 ]; then
    into=$out/held_out
    samples=16
    capture mixed 2 "$town/scene.toml" --held-out
    capture mixed 1 "$town/thin.toml" --held-out
    capture still 1 "$town/thin.toml" --held-out
    continue
  fi
  into=$out/train/$round
  samples=8  # half the validation's: what they err by averages out, and twice as many sequences teach more
  for k in 1 2 3 4 5 6; do
    "$here/make_clutter.py" "$scenes/clutter$k" --seed $((10 * round + k))
    capture mixed 2 "$scenes/clutter$k/scene.toml" --swap-textures 0
  done
  capture turn 1 "$scenes/clutter2/scene.toml"
  capture light 1 "$scenes/clutter3/scene.toml"
  capture objects 1 "$scenes/clutter4/scene.toml"
  capture mixed 2 "$scenes/viking_room.toml"
  capture mixed 2 "$scenes/kaykit_castle.toml"
  capture mixed 4 "$scenes/black_forest.toml"
  capture mixed 3 "$town/scene.toml"
  capture mixed 3 "$scenes/grey_white_room.toml"
  capture mixed 3 "$town/thin.toml"
  capture turn 1 "$scenes/black_forest.toml"
  capture light 1 "$town/scene.toml"
  capture mixed 2 "$build/town/arcade.toml" --swap-textures 0.8
  capture mixed 1 courtyard --swap-textures 0.8
  capture still 1 "$scenes/black_forest.toml" --frames 40
  capture turn 1 "$town/scene.toml"
  capture objects 1 "$scenes/grey_white_room.toml"
  capture light 1 "$scenes/grey_white_room.toml"
  capture still 1 "$town/scene.toml" --frames 40
done
