#!/usr/bin/env python3
"""What an evaluation of the field's network costs on a GPU, counted from the machine code of its kernel: nothing is run.

    benchmarks/field_cost.py [--build DIR] [--arch sm_90,...]

An evaluation is one hit of a ray: the features of a place, three layers, colour and opacity. How many a pixel has, and what it costs to find
them, depends on the scene and is not in it. It needs nvcc and nvdisasm, as gpu_cost.py does.
"""
import argparse
import os
import pathlib
import subprocess
import tempfile

import gpu_cost
import sass

SOURCE = "neural/field/cuda_passes.cu"
INPUTS, HIDDEN, LEVELS, CORNERS = 48, 64, 8, 8  # neural/field/pixel/constants.h
FRAME, HITS = (960, 540), 1.25  # hits a pixel: an assumption


def count(flow, loop, pattern):
    return flow.ops(loop, pattern)


def evaluation(flow):
    """Warp instructions of the loops of an evaluation, by name: (instructions a turn, turns)."""
    inner = [loop for loop in flow.loops if not any(other < loop for other in flow.loops)]
    size = lambda loop: sum(i.stem != "NOP" for b in loop for i in flow.blocks[b])
    layers = [loop for loop in inner if count(flow, loop, "FFMA") >= HIDDEN]
    last = [loop for loop in inner if count(flow, loop, "FFMA") == 4 and count(flow, loop, "LDS")]
    features = [loop for loop in inner if count(flow, loop, r"LDG\S*\.64") == CORNERS]
    if len(layers) != 2 or len(last) != 1 or len(features) != 1:
        gpu_cost.give_up(f"the loops of the network were not found ({len(layers)}, {len(last)}, {len(features)})")
    layers.sort(key=min)
    return {"features, a level": (size(features[0]), LEVELS), "first layer, an input": (size(layers[0]), INPUTS),
            "second layer, an input": (size(layers[1]), HIDDEN), "last layer, an input": (size(last[0]), HIDDEN)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=gpu_cost.ROOT / "build/release")
    parser.add_argument("--arch", default="sm_90,sm_89,sm_75")
    options = parser.parse_args()
    build = options.build.resolve()
    command, disassemble = gpu_cost.compile_command(build, SOURCE), gpu_cost.find_nvdisasm(build)
    for arch in options.arch.split(","):
        with tempfile.TemporaryDirectory() as folder:
            cubin = os.path.join(folder, "field.cubin")
            log = subprocess.run([*command, f"-arch={arch}", "-cubin", "-Xptxas", "-v", "-o", cubin], capture_output=True,
                                 text=True, cwd=build)
            if log.returncode:
                gpu_cost.give_up(f"{SOURCE} does not compile for {arch}: {log.stderr[-600:]}")
            text = subprocess.run([disassemble, "-c", cubin], capture_output=True, text=True, check=True).stdout
        name, lines = next((n, l) for n, l in sass.functions(text) if "render_kernel" in n)
        registers, shared, spills = gpu_cost.resources(log.stderr, name)
        parts = evaluation(sass.Flow(lines))
        total = sum(n * turns for n, turns in parts.values())
        print(f"{arch}: {registers} registers, {shared} bytes of shared memory, {spills} bytes spilled, "
              f"{gpu_cost.occupancy(arch, registers, shared):.0%} of a multiprocessor's warps fit")
        for part, (n, turns) in parts.items():
            print(f"  {part:24} {n:5} instructions, {turns} times")
        products = INPUTS * HIDDEN + HIDDEN * HIDDEN + 4 * HIDDEN
        print(f"  {'an evaluation':24} {total:5} instructions of a warp, of which {products} multiply and add")
        for card, (its_arch, processors, clock, _) in gpu_cost.CARDS.items():
            if its_arch != arch:
                continue
            warps = FRAME[0] * FRAME[1] / 32 * HITS
            issue = warps * total / (4 * processors * clock * 1e6)
            # A warp's 16 bytes a thread leave the first cache in four clocks, though all threads ask for the same.
            load = warps * (INPUTS + HIDDEN) * HIDDEN / 4 * 4 / (processors * clock * 1e6)
            print(f"  {'estimate':24} {card}, {FRAME[0]}x{FRAME[1]} at {HITS} hits a pixel: {issue:.2f} ms to issue, {load:.2f} ms "
                  f"to load weights")
    print(f"bytes an evaluation: {LEVELS * CORNERS * 8} of features at {LEVELS * CORNERS} places, 32 of a surfel; "
          f"{4 * (INPUTS * HIDDEN + HIDDEN * HIDDEN + 16 * HIDDEN)} of weights, which a warp shares and its cache holds")


if __name__ == "__main__":
    main()
