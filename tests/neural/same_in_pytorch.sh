#!/bin/sh
# tools/network.py gives what the program gives. Usage: same_in_pytorch.sh NEURAL_TEST SOURCE SCRATCH
set -eu
cd "$2"
rm -rf "$3"
mkdir -p "$3"
NEURASTER_NETWORK_DUMP=$3 "$1" --gtest_filter=Network.DumpForTools > "$3/dump.log"
python3 tools/network.py assets/weights/neuraster.safetensors --compare "$3/features.f32" "$3/head.f32" 40x24
