#!/usr/bin/env python3
"""The same network in PyTorch with like steps around it, timed: what a user would put in its place.

gpu_pytorch.py OUT.json: pytorch_ms of each case is the best of eager, eager in a CUDA graph and torch.compile
(max-autotune), channels last, f16. Weights are random, and the steps around the network are of the same kind
(warp, clamp, 3x3 kernel, blend) but fewer than ours: neither makes PyTorch slower.
"""

import json
import sys

import torch
import torch.nn.functional as F

CASES = {"540p-1080p": (960, 540, 1920, 1080), "1080p-4k": (1920, 1080, 3840, 2160),
         "1440p-4k": (2560, 1440, 3840, 2160)}


class Upscaler(torch.nn.Module):
    """Pre-processing, the shipped U-Net and the 3x3 kernel reconstruction, written the way PyTorch likes it."""

    def __init__(self):
        super().__init__()
        conv = lambda i, o, k, s=1: torch.nn.Conv2d(i, o, k, s, k // 2)
        self.squeeze, self.full, self.half = conv(32, 16, 1), conv(16, 16, 3), conv(16, 32, 3, 2)
        self.quarter_a, self.quarter_b = conv(32, 48, 3, 2), conv(48, 32, 3)
        self.eighth_a, self.eighth_b, self.bottom = conv(32, 64, 3, 2), conv(64, 64, 3), conv(64, 32, 3)
        self.up_quarter, self.up_half = conv(64, 32, 3), conv(64, 16, 3)
        self.mix, self.head = conv(32, 16, 1), conv(16, 23, 1)

    def network(self, x):
        up = lambda t: F.interpolate(t, scale_factor=2, mode="nearest")
        full = F.relu(self.full(F.relu(self.squeeze(x))))
        half = F.relu(self.half(full))
        quarter = F.relu(self.quarter_b(F.relu(self.quarter_a(half))))
        low = F.relu(self.bottom(F.relu(self.eighth_b(F.relu(self.eighth_a(quarter))))))
        low = F.relu(self.up_quarter(torch.cat([up(low), quarter], 1)))
        low = F.relu(self.up_half(torch.cat([up(low), half], 1)))
        return self.head(F.relu(self.mix(torch.cat([up(low), full], 1))))

    def forward(self, color, depth, motion, reactive, history, state):
        height, width = color.shape[2:]
        size = history.shape[2:]
        color = torch.nan_to_num(color).clamp(0, 60000)
        color = color / (1 + color.amax(1, keepdim=True))
        mean = F.avg_pool2d(color, 3, 1, 1)
        deviation = (F.avg_pool2d(color * color, 3, 1, 1) - mean * mean).clamp_min(0).sqrt()
        grid = F.interpolate(motion, size=size, mode="bilinear").permute(0, 2, 3, 1)
        y, x = torch.meshgrid(torch.linspace(-1, 1, size[0], device=color.device, dtype=color.dtype),
                              torch.linspace(-1, 1, size[1], device=color.device, dtype=color.dtype),
                              indexing="ij")
        grid = grid * 0.001 + torch.stack([x, y], -1)
        past = history / (1 + history.amax(1, keepdim=True))
        warped = F.grid_sample(past, grid, mode="bicubic", padding_mode="border", align_corners=False)
        small = F.interpolate(warped, size=(height, width), mode="area")
        features = torch.cat([color, mean, deviation, small, depth, motion, reactive, state,
                              color - small, mean - small, small * deviation], 1)
        features = F.pad(features, (0, -width % 8, 0, -height % 8))
        head = self.network(features.contiguous(memory_format=torch.channels_last))[:, :, :height, :width]
        weights = F.softmax(head[:, 3:12], 1)
        taps = F.unfold(color, 3, padding=1).view(1, 3, 9, height, width)
        # The kernel is evaluated for each output pixel: its nine samples and weights, nearest.
        fresh = F.interpolate((taps * weights[:, None]).sum(2), size=size, mode="nearest")
        blend = torch.sigmoid(F.interpolate(head[:, 12:16], size=size, mode="bilinear"))
        low = F.interpolate(mean - deviation, size=size, mode="nearest")
        high = F.interpolate(mean + deviation, size=size, mode="nearest")
        rectified = torch.minimum(torch.maximum(warped, low), high)
        result = torch.lerp(rectified, fresh, blend[:, :1]).clamp(0, 0.9999)
        return result / (1 - result.amax(1, keepdim=True)), torch.tanh(head[:, 16:23])


def time_of(call):
    for _ in range(5):
        call()
    torch.cuda.synchronize()
    begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    begin.record()
    for _ in range(50):
        call()
    end.record()
    torch.cuda.synchronize()
    return begin.elapsed_time(end) / 50


def captured(call):
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(3):
            call()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        call()
    return graph.replay


def main(out):
    torch.backends.cudnn.benchmark = True
    result = {}
    for name, (width, height, out_width, out_height) in CASES.items():
        model = Upscaler().half().cuda().to(memory_format=torch.channels_last).eval()
        new = lambda c, h, w: torch.rand(1, c, h, w, device="cuda", dtype=torch.half)
        inputs = [new(3, height, width), new(1, height, width), new(2, height, width), new(1, height, width),
                  new(3, out_height, out_width), new(7, height, width)]
        times = {}
        with torch.inference_mode():
            for kind in ("eager", "eager_graph", "compile"):
                try:
                    body = torch.compile(model, mode="max-autotune") if kind == "compile" else model
                    call = lambda: body(*inputs)
                    times[kind] = time_of(captured(call) if kind == "eager_graph" else call)
                except Exception as error:  # measured or not, the others count
                    times[kind + "_failed"] = str(error).splitlines()[0][:200]
                print(name, kind, times.get(kind, times.get(kind + "_failed")), flush=True)
        good = [t for t in times.values() if isinstance(t, float)]
        result[name] = {"pytorch_ms": min(good) if good else None, "pytorch": times}
        json.dump(result, open(out, "w"), indent=2)  # after each case: a time limit loses only the rest


if __name__ == "__main__":
    main(sys.argv[1])
