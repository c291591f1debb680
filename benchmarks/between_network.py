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


INSET = torch.tensor([[0.842479062253094, 0.0784335999999992, 0.0792237451477643],
                      [0.0423282422610123, 0.878468636469772, 0.0791661274605434],
                      [0.0423756549057051, 0.0784336, 0.879142973793104]])
OUTSET = torch.tensor([[1.19687900512017, -0.0980208811401368, -0.0990297440797205],
                       [-0.0528968517574562, 1.15190312990417, -0.0989611768448433],
                       [-0.0529716355144438, -0.0980434501171241, 1.15107367264116]])
LUMINANCE = torch.tensor([0.2126, 0.7152, 0.0722])


def compressed(rgb):
    rgb = rgb.clamp(0, 60000)
    return rgb / (1 + rgb.amax(0, keepdim=True))


def encoded(c):
    """The program's picture of compressed light, [..., 3, h, w]: core/agx.h and shaders/tone_curve.glsl."""
    mix = lambda matrix, x: torch.einsum("ij,...jhw->...ihw", matrix, x)
    c = c.clamp(0, 0.9999)
    c = mix(INSET, c / (1 - c.amax(-3, keepdim=True)))
    x = ((torch.log2(c.clamp(min=1e-10)) + 12.47393) / (4.026069 + 12.47393)).clamp(0, 1)
    x = 15.5 * x**6 - 40.14 * x**5 + 31.96 * x**4 - 6.868 * x**3 + 0.4298 * x**2 + 0.1191 * x - 0.00232
    grey = torch.einsum("j,...jhw->...hw", LUMINANCE, x).unsqueeze(-3)
    x = grey + 1.25 * (x.clamp(min=1e-6) ** 1.2 - grey)
    x = mix(OUTSET, x).clamp(1e-6, 1) ** 2.2
    return torch.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)


class Picture:
    def __init__(self, stem):
        a, b, shares = (exr(f"{stem}_{part}.exr") for part in ("a", "b", "shares"))
        self.a, self.b = compressed(a[:3]), compressed(b[:3])
        self.visible, self.differ, self.of_a = shares[:2], shares[2:3], shares[3:4]
        self.truth = torch.from_numpy(np.array(Image.open(f"{stem}.png"))).float().permute(2, 0, 1) / 255
        self.hidden = self.visible.amin(0) < 0.5
        self.shading = ~self.hidden & (self.differ[0] > 0.08)
        half = lambda x: F.avg_pool2d(x[None], 2)[0]
        fold = lambda x: F.pixel_unshuffle(x[None], 2)[0]
        self.x = torch.cat([fold(encoded(self.a)) - 0.5, fold(encoded(self.b)) - 0.5, fold(self.of_a), half(self.visible),
                            half(self.differ)])

    def classical(self):
        return self.of_a * self.a + (1 - self.of_a) * self.b


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


def report(net, scenes):
    for name, pictures in scenes.items():
        sums = {key: [0, 0, 0] for key in ("all", "hidden", "shading")}
        for p in pictures:
            with torch.no_grad():
                made = encoded(blend(net(p.x[None]), p.of_a[None], p.a[None], p.b[None])[0])
            classical = encoded(p.classical())
            for key, mask in (("all", torch.ones_like(p.hidden)), ("hidden", p.hidden), ("shading", p.shading)):
                for i, picture in enumerate((classical, made)):
                    sums[key][i] += ((picture - p.truth) ** 2).mean(0)[mask].sum().item()
                sums[key][2] += mask.sum().item()
        print(f"{name:12s} " + "  ".join(f"{key} {db(s[0], s[2]):.2f} -> {db(s[1], s[2]):.2f} dB ({db(s[1], s[2]) - db(s[0], s[2]):+.2f})"
                                         for key, s in sums.items()), flush=True)


def main():
    train, test = load(train_names), load(test_names)
    pictures = [p for scene in train.values() for p in scene]
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
        loss = torch.sqrt((encoded(made) - truth) ** 2 + 1e-4).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 200 == 0:
            print(f"step {step}, {time.time() - start:.0f} s, loss {loss.item():.4f}", flush=True)
    print(step, "steps; learned from:")
    report(net, train)
    print("not seen:")
    report(net, test)


main()
