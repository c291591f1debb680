#!/bin/sh
# Writes scene files for training: the scenes in SCENES that are not reserved for testing, each with two more models that
# `neuraster capture` moves through the picture. It gives them other keyframes in every sequence.
# Usage: tools/training_scenes.sh SCENES OUT
set -eu
scenes=$(realpath "$1")
mkdir -p "$2"
for name in black_forest grey_white_room viking_room kaykit_castle; do
  sed -E "s|^path *= *\"|path = \"$scenes/$name/|" "$scenes/$name/scene.toml" >"$2/$name.toml"
  for model in viking_room/viking_room.obj:z:0.6 kaykit_castle/building_castle_green.obj:y:0.5; do
    path=${model%%:*}; rest=${model#*:}
    cat >>"$2/$name.toml" <<MODEL

[[model]]
path = "$scenes/$path"
up = "${rest%%:*}"
scale = ${rest#*:}
[[model.keyframe]]
time = 0.0
position = [0, -10000, 0]
[[model.keyframe]]
time = 1.0
position = [0, -10001, 0]
MODEL
  done
done
