#!/usr/bin/env python3
"""Trains a small network on top of the pictures between frames, and says what it gains on scenes that it has not seen.

    neuraster evaluate SCENE --output 640x360 --frames 18 --frame-seconds 0.0333333333 --frames-between 1 \\
        --reference-samples 16 --upscaler bilinear --ends ENDS/NAME      # for each scene
    benchmarks/between_network.py ENDS MINUTES TRAIN,TRAIN... TEST,TEST... [SEED]

The network sees both ends, moved to the moment, what of each is visible and how they are weighed, at half size; it gives
each pixel a change of the weight and a bounded correction, and begins at none of both. Python needs torch, numpy, PIL
and OpenEXR.
"""
import pathlib
import sys
import time

import numpy as np
import OpenEXR
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

ends, minutes = pathlib.Path(sys.argv[1]), float(sys.argv[2])
train_names, test_names = sys.argv[3].split(","), sys.argv[4].split(",")
torch.manual_seed(int(sys.argv[5]) if len(sys.argv) > 5 else 0)
torch.set_num_threads(2)
random = np.random.default_rng(0)


def exr(path):
    with OpenEXR.File(str(path)) as file:
        return torch.from_numpy(np.ascontiguousarray(file.channels()["RGBA"].pixels)).float().permute(2, 0, 1)


def compressed(rgb):
    rgb = rgb.clamp(0, 60000)
    return rgb / (1 + rgb.amax(0, keepdim=True))


def shown(c):
    """A monotone stand-in for the tone curve and the display's encoding, of compressed light."""
    return c.clamp(1e-5, 1) ** (1 / 2.2)


class Picture:
    def __init__(self, stem):
        a, b, shares = (exr(f"{stem}_{part}.exr") for part in ("a", "b", "shares"))
        self.a, self.b = shown(compressed(a[:3])), shown(compressed(b[:3]))
        self.visible, self.differ, self.of_a = shares[:2], shares[2:3], shares[3:4]
        self.truth = torch.from_numpy(np.asarray(Image.open(f"{stem}.png"))).float().permute(2, 0, 1) / 255
        self.hidden = self.visible.amin(0) < 0.5
        self.shading = ~self.hidden & (self.differ[0] > 0.08)
        half = lambda x: F.avg_pool2d(x[None], 2)[0]
        fold = lambda x: F.pixel_unshuffle(x[None], 2)[0]
        self.x = torch.cat([fold(self.a) - 0.5, fold(self.b) - 0.5, fold(self.of_a), half(self.visible),
                            half(self.differ)])

    def classical(self):
        return self.of_a * self.a + (1 - self.of_a) * self.b


def fit_curve(pictures):
    """The truth is display-encoded by the program's tone curve, the ends are not: a curve a channel that maps one to the
    other, from where both ends agree, so that the comparison is of blending alone."""
    xs, ys = [], []
    for p in pictures:
        plain = (p.visible.amin(0) > 0.99) & (p.differ[0] < 0.01)
        xs.append(p.classical()[:, plain].flatten()[::97])
        ys.append(p.truth[:, plain].flatten()[::97])
    x, y = torch.cat(xs), torch.cat(ys)
    order = x.argsort()
    bins = torch.stack([torch.stack([x[o].mean(), y[o].mean()]) for o in order.tensor_split(64)])
    return bins


def encode(c, curve):
    i = torch.searchsorted(curve[:, 0].contiguous(), c.contiguous()).clamp(1, len(curve) - 1)
    x0, x1, y0, y1 = curve[i - 1, 0], curve[i, 0], curve[i - 1, 1], curve[i, 1]
    return (y0 + (c - x0) / (x1 - x0).clamp(1e-6) * (y1 - y0)).clamp(0, 1)


class Net(nn.Module):
    def __init__(self, inputs, a=16, b=24, c=32):
        super().__init__()
        layer = lambda i, o, stride=1: nn.Conv2d(i, o, 3, stride, 1)
        self.one, self.two = layer(inputs, a), layer(a, a)
        self.down, self.three = layer(a, b, 2), layer(b, b)
        self.down2, self.four = layer(b, c, 2), layer(c, c)
        self.up, self.up2, self.head = layer(c + b, b), layer(b + a, a), layer(a, 16)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, x):
        r = F.relu
        grown = lambda z, like: F.interpolate(z, size=like.shape[-2:], mode="nearest")
        a = r(self.two(r(self.one(x))))
        b = r(self.three(r(self.down(a))))
        c = r(self.four(r(self.down2(b))))
        b = r(self.up(torch.cat([grown(c, b), b], 1)))
        return self.head(r(self.up2(torch.cat([grown(b, a), a], 1))))


def blend(out, of_a, a, b):
    weight = of_a.clamp(0.02, 0.98)
    weight = torch.sigmoid(torch.log(weight / (1 - weight)) + 4 * F.pixel_shuffle(out[:, :4], 2))
    return weight * a + (1 - weight) * b + torch.tanh(F.pixel_shuffle(out[:, 4:], 2)) * 0.25


def load(names):
    return {name: [Picture(str(p)[:-4]) for p in sorted((ends / name).glob("picture_*.png"))] for name in names}


def db(error, pixels):
    return -10 * np.log10(max(error / max(pixels, 1), 1e-12))


def report(net, scenes, curve):
    for name, pictures in scenes.items():
        sums = {key: [0, 0, 0] for key in ("all", "hidden", "shading")}
        for p in pictures:
            with torch.no_grad():
                made = encode(blend(net(p.x[None]), p.of_a[None], p.a[None], p.b[None])[0], curve)
            classical = encode(p.classical(), curve)
            for key, mask in (("all", torch.ones_like(p.hidden)), ("hidden", p.hidden), ("shading", p.shading)):
                for i, picture in enumerate((classical, made)):
                    sums[key][i] += ((picture - p.truth) ** 2).mean(0)[mask].sum().item()
                sums[key][2] += mask.sum().item()
        print(f"{name:12s} " + "  ".join(f"{key} {db(s[0], s[2]):.2f} -> {db(s[1], s[2]):.2f} dB ({db(s[1], s[2]) - db(s[0], s[2]):+.2f})"
                                         for key, s in sums.items()), flush=True)


def main():
    train, test = load(train_names), load(test_names)
    pictures = [p for scene in train.values() for p in scene]
    curve = fit_curve(pictures)
    net = Net(pictures[0].x.shape[0])
    print(len(pictures), "pictures to learn from,", sum(p.numel() for p in net.parameters()), "parameters", flush=True)
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-4)
    start, step, size, batch = time.time(), 0, 64, 4
    height, width = pictures[0].x.shape[1:]
    while (done := (time.time() - start) / (60 * minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, step / 50) * (0.5 + 0.5 * np.cos(np.pi * done)) + 1e-5
        crops = []
        for _ in range(batch):
            tries = []
            for _ in range(3):  # the harder of some crops
                p = pictures[random.integers(len(pictures))]
                y, x = random.integers(height - size + 1), random.integers(width - size + 1)
                full = np.s_[:, 2 * y:2 * (y + size), 2 * x:2 * (x + size)]
                tries.append((p.differ[full].mean().item() + (1 - p.visible[full].amin(0)).mean().item(), p, y, x, full))
            crops.append(max(tries, key=lambda t: t[0])[1:])
        stack = lambda get: torch.stack([get(*crop) for crop in crops])
        out = net(stack(lambda p, y, x, full: p.x[:, y:y + size, x:x + size]))
        made = blend(out, *(stack(lambda p, y, x, full, k=k: getattr(p, k)[full]) for k in ("of_a", "a", "b")))
        truth = stack(lambda p, y, x, full: p.truth[full])
        loss = torch.sqrt((encode(made, curve) - truth) ** 2 + 1e-4).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 200 == 0:
            print(f"step {step}, {time.time() - start:.0f} s, loss {loss.item():.4f}", flush=True)
    print(step, "steps; learned from:")
    report(net, train, curve)
    print("not seen:")
    report(net, test, curve)


main()
