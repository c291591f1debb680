#!/usr/bin/env python3
"""Makes tests/data/metrics: pairs of small pictures, and the values that public implementations give for them.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install flip-evaluator scikit-image pillow
    /tmp/venv/bin/python tools/metric_values.py

tests/core/metrics_test.cpp reads the PNGs and values.json and compares our own metrics with them.
"""
import importlib.metadata
import json
import pathlib

import flip_evaluator
import numpy
import scipy.ndimage
import skimage.metrics
from PIL import Image

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "tests" / "data" / "metrics"
PPD = 67.0


def scene(width, height, phase=0.0):
    """Edges, fine stripes, a gradient and saturated colours."""
    y, x = numpy.mgrid[0:height, 0:width].astype(float)
    x = x + phase
    rgb = numpy.stack([x / width, y / height, 1 - x / width], -1) * 0.8 + 0.1
    rgb[(x - 0.3 * width) ** 2 + (y - 0.5 * height) ** 2 < (0.2 * height) ** 2] = [0.9, 0.1, 0.05]
    rgb[(x + 2 * y) % 16 < 1.5] = [0.02, 0.03, 0.3]
    box = (x > 0.6 * width) & (x < 0.8 * width) & (y > 0.2 * height) & (y < 0.7 * height)
    rgb[box] = numpy.where((x.astype(int) % 2 == 0)[..., None], [1.0, 1.0, 0.2], [0.1, 0.6, 0.1])[box]
    return rgb


def pairs():
    random = numpy.random.default_rng(7)
    picture = scene(97, 64)
    yield "noise", picture, picture + random.normal(0, 0.05, picture.shape)
    picture = scene(63, 41)
    yield "blur", picture, scipy.ndimage.gaussian_filter(picture, (1.2, 1.2, 0))
    yield "shift", scene(41, 57), scene(41, 57, phase=1)
    ramp = numpy.tile(numpy.linspace(0, 1, 128)[None, :, None], (33, 1, 3))
    yield "gradient", ramp, numpy.round(ramp * 12) / 12
    yield "constant", numpy.full((17, 23, 3), [0.2, 0.5, 0.7]), numpy.full((17, 23, 3), [0.25, 0.45, 0.7])
    yield "black_white", numpy.zeros((11, 13, 3)), numpy.ones((11, 13, 3))
    yield "equal", scene(35, 29), scene(35, 29)


def save(path, picture):
    """Writes the PNG and returns its pixels as a reader of the file gets them."""
    eight_bit = numpy.clip(numpy.round(picture * 255), 0, 255).astype(numpy.uint8)
    Image.fromarray(eight_bit).save(path, optimize=True)
    return eight_bit.astype(numpy.float64) / 255


def measure(reference, test):
    error, mean, _ = flip_evaluator.evaluate(
        reference.astype(numpy.float32), test.astype(numpy.float32), "LDR", applyMagma=False,
        parameters={"ppd": PPD})
    error = error[..., 0]
    height, width = error.shape
    points = [(x, y) for y in (0, height // 3, height // 2, height - 1)
              for x in (0, width // 3, width // 2, width - 1)]
    mse = skimage.metrics.mean_squared_error(reference, test)
    return {
        "mse": float(mse),
        "psnr_db": None if mse == 0 else float(
            skimage.metrics.peak_signal_noise_ratio(reference, test, data_range=1)),
        "ssim": float(skimage.metrics.structural_similarity(
            reference, test, gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
            data_range=1, channel_axis=-1)),
        "flip": float(mean),
        "flip_at": [{"x": x, "y": y, "error": float(error[y, x])} for x, y in points],
    }


def magma():
    """The colours of flip-evaluator's map: FLIP of greys against black covers the whole range."""
    ramp = numpy.tile(numpy.linspace(0, 1, 64, dtype=numpy.float32)[None, :, None], (12, 12, 1)).repeat(3, -1)
    black = numpy.zeros_like(ramp)
    error = flip_evaluator.evaluate(black, ramp, "LDR", applyMagma=False, parameters={"ppd": PPD})[0][6, :, 0]
    color = flip_evaluator.evaluate(black, ramp, "LDR", applyMagma=True, parameters={"ppd": PPD})[0][6]
    return [{"error": float(e), "rgb": [float(v) for v in c]} for e, c in zip(error[::37], color[::37])]


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    values = {"versions": {name: importlib.metadata.version(name)
                           for name in ("flip-evaluator", "scikit-image", "scipy", "numpy", "pillow")},
              "pixels_per_degree": PPD, "pairs": {}}
    for name, reference, test in pairs():
        reference = save(FOLDER / f"{name}_reference.png", reference)
        test = save(FOLDER / f"{name}_test.png", test)
        values["pairs"][name] = measure(reference, test)
    frames = [(save(FOLDER / f"frame{n}_reference.png", scene(48, 32, 0.7 * n)),
               save(FOLDER / f"frame{n}_test.png", scipy.ndimage.gaussian_filter(
                   scene(48, 32, 0.7 * n + 0.4 * (n % 2)), (0.7, 0.7, 0)))) for n in range(3)]
    squared = [((t - r) ** 2).mean() for r, t in frames]
    temporal = [(((t1 - t0) - (r1 - r0)) ** 2).mean() for (r0, t0), (r1, t1) in zip(frames, frames[1:])]
    values["sequence"] = {"frames": len(frames), "psnr_db": float(-10 * numpy.log10(numpy.mean(squared))),
                          "tpsnr_db": float(-10 * numpy.log10(numpy.mean(temporal)))}
    values["magma"] = magma()
    (FOLDER / "values.json").write_text(json.dumps(values, indent=1) + "\n")


if __name__ == "__main__":
    main()
