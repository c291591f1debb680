#!/usr/bin/env python3
"""Writes weights between two files of the same network: (1 - SHARE) of the first and SHARE of the second.

    tools/mix_weights.py FIRST.safetensors SECOND.safetensors SHARE OUT.safetensors

M. Wortsman et al., "Robust fine-tuning of zero-shot models", 2022: between what a training began with and what it came to there may be
weights that are better than both on what neither has seen. Needs NumPy.
"""
import json
import struct
import sys

import numpy as np


def read(path):
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8:8 + length]), data[8 + length:]


def values(entry, data):
    begin, end = entry["data_offsets"]
    return np.frombuffer(data[begin:end], "<f4")


first, second, share, out = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]
header, data = read(first)
other, other_data = read(second)
mixed = bytearray(data)
for name, entry in header.items():
    if name == "__metadata__":
        continue
    if name not in other or other[name]["shape"] != entry["shape"] or entry["dtype"] != "F32":
        sys.exit(f"{second}: tensor '{name}' is not that of {first}")
    begin, end = entry["data_offsets"]
    mixed[begin:end] = ((1 - share) * values(entry, data) + share * values(other[name], other_data)).astype("<f4").tobytes()
metadata = header["__metadata__"]
metadata.pop("checksum", None)  # of the numbers of before
trainings = [json.loads(h["__metadata__"].get("training", "{}")) for h in (header, other)]
commands = [training.get("command", "unknown") for training in trainings]
metadata["training"] = json.dumps(trainings[1] | {"command": f"{1 - share:g} of ({commands[0]}) and {share:g} of ({commands[1]})"})
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
open(out, "wb").write(struct.pack("<Q", len(text)) + text + bytes(mixed))
