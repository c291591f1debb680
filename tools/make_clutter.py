#!/usr/bin/env python3
"""Writes a scene of random clutter for training: thin legs, window bars, shelves, fences, wires, lettering, grass and trees of
alpha-tested cards, in a yard or in a room, with textures, colours, light and camera path of their own for each seed.

    tools/make_clutter.py OUT --seed N

What is trained on must not all look alike: a network that knows a few scenes gets better on these and not on others. Needs NumPy
and Pillow.
"""
import argparse
import math
import pathlib

import numpy as np
from PIL import Image, ImageDraw

SIZE = 256  # of a texture, texels a side


class Model:
    """An OBJ file in the making: triangles and quads by material."""

    def __init__(self):
        self.vertices, self.uvs, self.faces = [], [], {}

    def quad(self, corners, material, tile=1.0):
        a, b, c, d = (np.asarray(corner, float) for corner in corners)
        width, height = np.linalg.norm(b - a) / tile, np.linalg.norm(d - a) / tile
        self.polygon((a, b, c, d), ((0, 0), (width, 0), (width, height), (0, height)), material)

    def card(self, corners, material):
        """A quad that shows the whole texture once."""
        self.polygon(corners, ((0, 0), (1, 0), (1, 1), (0, 1)), material)

    def polygon(self, corners, uvs, material):
        first = len(self.vertices) + 1
        self.vertices += [tuple(corner) for corner in corners]
        self.uvs += uvs
        self.faces.setdefault(material, []).append(range(first, first + len(corners)))

    def box(self, low, high, material, turn=None, tile=1.0):
        """Axis-aligned before `turn`, a function of a point."""
        (x0, y0, z0), (x1, y1, z1) = low, high
        turn = turn or (lambda p: p)
        for face in (((x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)), ((x1, y0, z0), (x0, y0, z0), (x0, y1, z0), (x1, y1, z0)),
                     ((x1, y0, z1), (x1, y0, z0), (x1, y1, z0), (x1, y1, z1)), ((x0, y0, z0), (x0, y0, z1), (x0, y1, z1), (x0, y1, z0)),
                     ((x0, y1, z1), (x1, y1, z1), (x1, y1, z0), (x0, y1, z0)), ((x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1))):
            self.quad([turn(corner) for corner in face], material, tile)

    def tube(self, points, radius, material, sides=5):
        for a, b in zip(points, points[1:]):
            a, b = np.asarray(a, float), np.asarray(b, float)
            along = (b - a) / max(np.linalg.norm(b - a), 1e-9)
            aside = np.cross(along, (0, 1, 0) if abs(along[1]) < 0.9 else (1, 0, 0))
            aside /= np.linalg.norm(aside)
            up = np.cross(along, aside)
            ring = [radius * (math.cos(t) * aside + math.sin(t) * up) for t in np.linspace(0, 2 * math.pi, sides + 1)]
            for r, s in zip(ring, ring[1:]):
                self.quad((a + s, a + r, b + r, b + s), material, 0.5)

    def write(self, path, library):
        with open(path, "w") as out:
            out.write(f"mtllib {library}\n")
            out.writelines(f"v {x:.4f} {y:.4f} {z:.4f}\n" for x, y, z in self.vertices)
            out.writelines(f"vt {u:.4f} {v:.4f}\n" for u, v in self.uvs)
            for material, faces in self.faces.items():
                out.write(f"usemtl {material}\n")
                out.writelines("f " + " ".join(f"{i}/{i}" for i in face) + "\n" for face in faces)


def noise(rng, octaves=5, first=4):
    """Sums of smooth random grids, 0 to 1, that repeat."""
    total, weight = np.zeros((SIZE, SIZE)), 1.0
    for octave in range(octaves):
        cells = min(first << octave, SIZE)
        grid = rng.random((cells, cells))
        image = Image.fromarray((np.pad(grid, 2, "wrap") * 255).astype(np.uint8)).resize((SIZE * (cells + 4) // cells,) * 2, Image.BICUBIC)
        offset = 2 * SIZE // cells
        total += weight * np.asarray(image, float)[offset:offset + SIZE, offset:offset + SIZE] / 255
        weight *= 0.6
    return (total - total.min()) / max(np.ptp(total), 1e-9)


def color(rng, least=0.05, most=0.9):
    c = rng.random(3)
    return least + (most - least) * (c.mean() + rng.uniform(0.1, 0.8) * (c - c.mean()))


def opaque_texture(rng):
    kind, a, b = rng.integers(6), color(rng), color(rng)
    t = noise(rng, 6, int(rng.choice([2, 4, 8, 16])))
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    if kind == 1:  # tiles or bricks
        rows = int(rng.choice([4, 8, 16]))
        height, width = SIZE // rows, SIZE // max(rows // 2, 1)
        shift = (y // height % 2) * (width // 2) if rng.random() < 0.6 else 0
        joint = ((y % height) < 3) | (((x + shift) % width) < 3)
        t = np.where(joint, 1, 0.5 * t)
    elif kind == 2:  # planks
        t = 0.5 * t + 0.5 * ((x // int(rng.choice([16, 32]))) * 0.37 % 1)
    elif kind == 3:  # checks
        step = int(rng.choice([8, 16, 32, 64]))
        t = 0.2 * t + 0.8 * ((x // step + y // step) % 2)
    image = a + (b - a) * t[..., None]
    if kind == 4:  # lettering
        page = Image.fromarray((255 * color(rng, 0.6, 1) * np.ones((SIZE, SIZE, 3))).astype(np.uint8))
        draw, ink = ImageDraw.Draw(page), tuple(int(255 * c) for c in color(rng, 0, 0.4))
        line = int(rng.choice([6, 10, 16, 28]))
        for top in range(line, SIZE - line, line + line // 2):
            left = line
            while left < SIZE - 2 * line:
                for _ in range(rng.integers(1, 4)):
                    ends = rng.integers(0, line, 4)
                    draw.line((left + ends[0] // 2, top + ends[1], left + ends[2] // 2, top + ends[3]), ink, max(1, line // 8))
                left += line // 2 + (line if rng.random() < 0.2 else 0)
        image = np.asarray(page, float) / 255
    return (255 * image.clip(0, 1)).astype(np.uint8)


def cut_out_texture(rng, kind):
    """A texture with alpha: a twig, leaves, grass or wire mesh, drawn four times as large."""
    big = 4 * SIZE
    mask = Image.new("L", (big, big))
    draw = ImageDraw.Draw(mask)
    if kind == "twig":
        draw.line((big // 2, big, big // 2, big // 20), 255, big // 50)
        for k in range(int(rng.integers(30, 56))):
            y = big * (1 - (k + rng.random()) / 56)
            reach = big * 0.48 * min(1, 0.2 + y / big) * rng.uniform(0.6, 1)
            for side in (-1, 1):
                tip = (big / 2 + side * reach, y - reach * rng.uniform(0.2, 0.9))
                draw.line((big / 2, y, *tip), 255, int(rng.integers(big // 200, big // 50)))
    elif kind == "leaves":
        for _ in range(int(rng.integers(80, 260))):
            x, y, r = *rng.uniform(0.12, 0.88, 2) * big, rng.uniform(0.02, 0.08) * big
            t = rng.uniform(0, 2 * math.pi)
            draw.polygon([(x + r * math.cos(t), y + r * math.sin(t)), (x - 0.3 * r * math.sin(t), y + 0.3 * r * math.cos(t)),
                          (x - r * math.cos(t), y - r * math.sin(t)), (x + 0.3 * r * math.sin(t), y - 0.3 * r * math.cos(t))], 255)
    elif kind == "grass":
        for _ in range(int(rng.integers(20, 70))):
            x, lean, height = rng.uniform(0.05, 0.95) * big, rng.uniform(-0.15, 0.15) * big, rng.uniform(0.4, 0.98) * big
            width = rng.uniform(0.004, 0.02) * big
            draw.polygon([(x - width, big), (x + width, big), (x + lean, big - height)], 255)
    else:
        step, width = big // int(rng.integers(6, 16)), int(rng.integers(big // 200, big // 70))
        for k in range(-big, 2 * big, step):
            draw.line((k, 0, k + big, big), 255, width)
            draw.line((k + big, 0, k, big), 255, width)
    alpha = np.asarray(mask.resize((SIZE, SIZE), Image.BOX), float)
    a, b = (color(rng, 0.02, 0.5) * (0.6, 1, 0.4) if kind != "mesh" else color(rng) for _ in range(2))
    rgb = 255 * (a + (b - a) * noise(rng, 5, 8)[..., None]).clip(0, 1)
    return np.dstack([rgb, alpha]).astype(np.uint8)


class Clutter:
    def __init__(self, rng):
        self.rng, self.model = rng, Model()
        self.opaque = [f"opaque{i}" for i in range(14)]
        self.cut_outs = {kind: [f"{kind}{i}" for i in range(2)] for kind in ("twig", "leaves", "grass", "mesh")}

    def any(self):
        return str(self.rng.choice(self.opaque))

    def placed(self, x, z):
        """A turn around the vertical, and a place."""
        t = self.rng.uniform(0, 2 * math.pi)
        c, s = math.cos(t), math.sin(t)
        return lambda p: (x + c * p[0] + s * p[2], p[1], z - s * p[0] + c * p[2])

    def chair(self, at):
        leg, wide, high, back = self.rng.uniform(0.012, 0.03), self.rng.uniform(0.2, 0.6), self.rng.uniform(0.4, 0.8), self.rng.uniform(0.3, 0.6)
        frame, seat = self.any(), self.any()
        for x in (-wide, wide):
            for z in (-wide, wide):
                self.model.box((x - leg, 0, z - leg), (x + leg, high + (back if z < 0 else 0), z + leg), frame, at)
        self.model.box((-wide, high - 0.03, -wide), (wide, high, wide), seat, at)
        slats = int(self.rng.integers(1, 5))
        for k in range(slats):
            y = high + back * (k + 0.6) / slats
            self.model.box((-wide, y - 0.02, -wide - leg), (wide, y + 0.03, -wide + leg), frame, at)

    def bars(self, at):
        """A window, a rack or railings: thin bars in a frame."""
        wide, high, n, m = self.rng.uniform(0.5, 2), self.rng.uniform(0.8, 2.4), int(self.rng.integers(2, 16)), int(self.rng.integers(1, 7))
        thick, material = self.rng.uniform(0.008, 0.035), self.any()
        for k in range(n + 1):
            x = wide * (2 * k / n - 1)
            self.model.box((x - thick, 0, -thick), (x + thick, high, thick), material, at)
        for k in range(m + 1):
            self.model.box((-wide, high * k / m - thick, -thick), (wide, high * k / m + thick, thick), material, at)
        if self.rng.random() < 0.3:
            self.model.quad([at(p) for p in ((-wide, 0, 0.05), (wide, 0, 0.05), (wide, high, 0.05), (-wide, high, 0.05))], self.any(), 0.7)

    def shelf(self, at):
        wide, high, rows = self.rng.uniform(0.4, 1.2), self.rng.uniform(0.8, 2.2), int(self.rng.integers(2, 6))
        board = self.any()
        for x in (-wide, wide):
            self.model.box((x - 0.015, 0, -0.15), (x + 0.015, high, 0.15), board, at)
        for k in range(rows + 1):
            y = high * k / rows
            self.model.box((-wide, y - 0.012, -0.15), (wide, y + 0.012, 0.15), board, at)
            x = -wide + 0.03
            while k < rows and x < wide - 0.1:
                w, h = self.rng.uniform(0.015, 0.09), self.rng.uniform(0.3, 0.9) * high / rows
                if self.rng.random() < 0.85:
                    self.model.box((x, y + 0.012, -0.12), (x + w, y + h, 0.1), self.any(), at, 0.3)
                x += w + 0.004

    def crate(self, at):
        x, y, z = self.rng.uniform(0.1, 0.7, 3)
        self.model.box((-x, 0, -z), (x, y * 2, z), self.any(), at, self.rng.uniform(0.3, 2))

    def tree(self, at):
        high, kind = self.rng.uniform(2, 6), str(self.rng.choice(["twig", "leaves"]))
        material, reach = str(self.rng.choice(self.cut_outs[kind])), self.rng.uniform(0.5, 1.6)
        self.model.tube([at((0, 0, 0)), at((0.05 * high, high, 0))], 0.03 * high / 2, self.any(), 6)
        cards = int(self.rng.integers(40, 110))
        for k in range(cards):
            t = k / cards if kind == "twig" else self.rng.random()
            y, r = high * (0.1 + 0.9 * t if kind == "twig" else self.rng.uniform(0.4, 1)), reach * (1.15 - t)
            turn, tilt = self.rng.uniform(0, 2 * math.pi), self.rng.uniform(-0.5, 0.2)
            c, s, half = math.cos(turn), math.sin(turn), 0.5 * r
            near = [(-s * half, y, c * half), (s * half, y, -c * half)]
            far = [(s * half + c * r, y + tilt * r, -c * half + s * r), (-s * half + c * r, y + tilt * r, c * half + s * r)]
            self.model.card([at(p) for p in near + far], material)

    def grass(self, at):
        material = str(self.rng.choice(self.cut_outs["grass"]))
        for _ in range(int(self.rng.integers(3, 12))):
            x, z, t = *self.rng.uniform(-0.7, 0.7, 2), self.rng.uniform(0, math.pi)
            w, h = self.rng.uniform(0.2, 0.5), self.rng.uniform(0.15, 0.7)
            c, s = w * math.cos(t), w * math.sin(t)
            self.model.card([at(p) for p in ((x - c, 0, z - s), (x + c, 0, z + s), (x + c, h, z + s), (x - c, h, z - s))], material)

    def fence(self, at):
        """Posts with boards, wires or mesh between them."""
        posts, step, high, kind = int(self.rng.integers(2, 6)), self.rng.uniform(0.8, 2.5), self.rng.uniform(0.8, 2), self.rng.integers(3)
        material = self.any()
        for k in range(posts + 1):
            self.model.box((k * step - 0.04, 0, -0.04), (k * step + 0.04, high, 0.04), material, at)
        if kind == 0:
            for y in np.linspace(0.3, 0.9, int(self.rng.integers(1, 4))) * high:
                self.model.box((0, y - 0.05, -0.03), (posts * step, y + 0.05, 0.0), material, at)
        elif kind == 1:
            for y in np.linspace(0.2, 0.95, int(self.rng.integers(2, 6))) * high:
                self.model.tube([at((0, y, 0)), at((posts * step, y, 0))], self.rng.uniform(0.003, 0.008), material, 4)
        else:
            name = str(self.rng.choice(self.cut_outs["mesh"]))
            for k in range(posts):
                self.model.card([at(p) for p in ((k * step, 0, 0), ((k + 1) * step, 0, 0), ((k + 1) * step, high, 0), (k * step, high, 0))], name)

    def wires(self, at):
        high, span, pole = self.rng.uniform(3, 6), self.rng.uniform(5, 14), self.any()
        for x in (0, span):
            self.model.tube([at((x, 0, 0)), at((x, high, 0))], 0.07, pole, 6)
        for k in range(int(self.rng.integers(1, 5))):
            z, sag = 0.3 * (k - 1), self.rng.uniform(0.1, 0.8)
            points = [at((span * t, high - 0.1 - 4 * sag * t * (1 - t), z)) for t in np.linspace(0, 1, 13)]
            self.model.tube(points, self.rng.uniform(0.005, 0.02), pole, 4)

    def room(self, half, high):
        """Four walls with windows, and a ceiling with beams."""
        wall = self.any()
        for turn in range(4):
            at = [lambda p: p, lambda p: (p[2], p[1], -p[0]), lambda p: (-p[0], p[1], -p[2]), lambda p: (-p[2], p[1], p[0])][turn]
            windows = int(self.rng.integers(0, 4))
            edges = np.linspace(-half, half, 2 * windows + 2)
            for k, (a, b) in enumerate(zip(edges, edges[1:])):
                for low, top in ((0, high),) if k % 2 == 0 else ((0, 0.9), (high - 0.5, high)):
                    self.model.quad([at(p) for p in ((a, low, -half), (b, low, -half), (b, top, -half), (a, top, -half))], wall)
                if k % 2:
                    n = int(self.rng.integers(1, 5))
                    for j in range(n + 1):
                        x = a + (b - a) * j / n
                        self.model.box((x - 0.02, 0.9, -half - 0.03), (x + 0.02, high - 0.5, -half + 0.03), self.opaque[0], at)
                    for y in (0.9, 1.6, high - 0.5):
                        self.model.box((a, y - 0.02, -half - 0.03), (b, y + 0.02, -half + 0.03), self.opaque[0], at)
        self.model.quad(((-half, high, -half), (half, high, -half), (half, high, half), (-half, high, half)), self.any())
        for z in np.linspace(-half, half, int(self.rng.integers(2, 9))):
            self.model.box((-half, high - 0.15, z - 0.04), (half, high, z + 0.04), self.any())


def camera(rng, half, high):
    """A loop through random places that looks at others."""
    lines = ["[camera]", f"fov_y_degrees = {rng.uniform(45, 70):.1f}", "near = 0.05", "far = 200.0"]
    places = [rng.uniform(-0.8, 0.8, 2) * half for _ in range(6)]
    for k in range(7):
        (x, z), (to_x, to_z) = places[k % 6], rng.uniform(-1, 1, 2) * half if k % 6 else (half, 0.3 * half)
        lines += ["[[camera.keyframe]]", f"time = {4 * k:.1f}", f"position = [{x:.2f}, {rng.uniform(0.7, min(2.2, high - 0.4)) if k % 6 else 1.4:.2f}, {z:.2f}]",
                  f"look_at = [{to_x:.2f}, {rng.uniform(0.3, 2) if k % 6 else 1.2:.2f}, {to_z:.2f}]"]
    return lines


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("out", type=pathlib.Path)
    options.add_argument("--seed", type=int, required=True)
    options = options.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(options.seed)
    clutter, inside = Clutter(rng), options.seed % 2 == 1
    half, high = (rng.uniform(4, 8), rng.uniform(2.6, 4)) if inside else (rng.uniform(7, 11), 8)
    ground = half if inside else 60
    clutter.model.quad(((-ground, 0, ground), (ground, 0, ground), (ground, 0, -ground), (-ground, 0, -ground)), clutter.any(), rng.uniform(0.5, 3))
    if inside:
        clutter.room(half, high)
    kinds = ([clutter.chair] * 5 + [clutter.bars] * 2 + [clutter.shelf] * 2 + [clutter.crate]) if inside else (
        [clutter.tree] * 4 + [clutter.grass] * 6 + [clutter.fence] * 2 + [clutter.bars, clutter.crate, clutter.wires, clutter.chair])
    for _ in range(int(rng.integers(50, 90) * (1 if inside else 2))):
        x, z = rng.uniform(-0.95, 0.95, 2) * half * (1 if inside else 1.5)
        rng.choice(np.array(kinds, object))(clutter.placed(x, z))

    with open(options.out / "clutter.mtl", "w") as library:
        for name in clutter.opaque:
            library.write(f"newmtl {name}\nPr {rng.uniform(0.2, 1):.2f}\n")
            if rng.random() < 0.75:
                Image.fromarray(opaque_texture(rng)).save(options.out / f"{name}.png")
                library.write(f"map_Kd {name}.png\n")
            else:
                library.write("Kd {:.3f} {:.3f} {:.3f}\n".format(*color(rng, 0.02, 0.9) ** 2))
        for kind, names in clutter.cut_outs.items():
            for name in names:
                Image.fromarray(cut_out_texture(rng, kind)).save(options.out / f"{name}.png")
                library.write(f"newmtl {name}\nPr 0.9\nmap_Kd {name}.png\nmap_d {name}.png\n")
    clutter.model.write(options.out / "clutter.obj", "clutter.mtl")

    sun, sky = rng.normal(size=3), color(rng, 0.2, 0.9)
    sun[1] = -abs(sun[1]) - 0.4
    lines = [f'name = "Clutter {options.seed}"', "[[model]]", 'path = "clutter.obj"', "[sun]",
             "direction = [{:.3f}, {:.3f}, {:.3f}]".format(*sun / np.linalg.norm(sun)),
             "color = [{:.2f}, {:.2f}, {:.2f}]".format(*color(rng, 0.7, 1)), f"intensity = {rng.uniform(1, 5):.1f}", "[sky]",
             "zenith = [{:.2f}, {:.2f}, {:.2f}]".format(*sky * 0.7), "horizon = [{:.2f}, {:.2f}, {:.2f}]".format(*sky),
             f"intensity = {rng.uniform(0.5, 1.5):.2f}"]
    for _ in range(int(rng.integers(1, 4)) if inside else 0):
        lines += ["[[light]]", "position = [{:.2f}, {:.2f}, {:.2f}]".format(*(rng.uniform(-0.7, 0.7, 3) * half * (1, 0, 1) + (0, high - 0.4, 0))),
                  "color = [{:.2f}, {:.2f}, {:.2f}]".format(*color(rng, 0.5, 1)), f"intensity = {rng.uniform(3, 15):.1f}", "radius = 12.0"]
    (options.out / "scene.toml").write_text("\n".join(lines + camera(rng, half, high)) + "\n")


main()
