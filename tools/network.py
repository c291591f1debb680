#!/usr/bin/env python3
"""The network in PyTorch, made from a weights file, for others to start from.

    tools/network.py assets/weights/neuraster.safetensors            describes the layers
    tools/network.py WEIGHTS --compare FEATURES.f32 HEAD.f32 WxH     checks against the C++ program's output

FEATURES is [32][H][W] and HEAD [23][H][W] float32, as `network_test` writes them where the environment
variable NEURASTER_NETWORK_DUMP names a folder. Exit status 1 where they differ by more than 1e-4 of the largest.
"""
import argparse
import json
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F


def read_safetensors(path):
    """Returns tensors and metadata. The file has 8 bytes of header length, then JSON, then the data."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + begin : 8 + length + end], dtype="<f4")
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors, metadata


class Network(torch.nn.Module):
    """Built from the description of the layers in the weights' metadata (to_json in neural/network/weights.cpp)."""

    def __init__(self, path):
        super().__init__()
        tensors, metadata = read_safetensors(path)
        self.plan = json.loads(metadata["network"])
        self.convolutions = torch.nn.ModuleDict()
        for layer in self.plan["layers"]:
            if "name" not in layer:
                continue
            weight, bias = tensors[layer["name"] + ".weight"], tensors[layer["name"] + ".bias"]
            convolution = torch.nn.Conv2d(weight.shape[1], weight.shape[0], layer["kernel"], layer["stride"], layer["kernel"] // 2)
            convolution.weight.data, convolution.bias.data = weight, bias
            self.convolutions["conv_" + layer["name"]] = convolution  # "half" is a method of modules

    def forward(self, features):
        """Maps [N, 32, H, W], with H and W divisible by 8, to [N, 23, H, W]."""
        values = {0: features}

        def value(index):
            if index not in values:  # a concatenation: its parts name it as their parent
                parts = [i for i, v in enumerate(self.plan["values"]) if v["parent"] == index]
                parts.sort(key=lambda i: self.plan["values"][i]["first_channel"])
                values[index] = torch.cat([value(i) for i in parts], dim=1)
            return values[index]

        for layer in self.plan["layers"]:
            source = value(layer["from"])
            if "name" in layer:
                result = self.convolutions["conv_" + layer["name"]](source)
                values[layer["to"]] = F.relu(result) if layer["relu"] else result
            else:
                values[layer["to"]] = F.interpolate(source, scale_factor=2, mode="nearest")
        return values[self.plan["layers"][-1]["to"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("--compare", nargs=3, metavar=("FEATURES", "HEAD", "WxH"))
    arguments = parser.parse_args()
    network = Network(arguments.weights)
    print(network)
    print(sum(p.numel() for p in network.parameters()), "parameters")
    if not arguments.compare:
        return 0
    width, height = (int(side) for side in arguments.compare[2].split("x"))
    features = torch.from_numpy(np.fromfile(arguments.compare[0], "<f4").reshape(1, -1, height, width))
    expected = torch.from_numpy(np.fromfile(arguments.compare[1], "<f4").reshape(1, -1, height, width))
    with torch.no_grad():
        got = network(features)
    worst = ((got - expected).abs().max() / expected.abs().max()).item()
    print(f"largest difference: {worst:.2e} of the largest value")
    return 0 if worst < 1e-4 else 1


if __name__ == "__main__":
    sys.exit(main())
