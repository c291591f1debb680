#!/usr/bin/env python3
"""What our kernels cost, counted from their machine code: nothing is run.

    benchmarks/gpu_cost.py [--build DIR] [--arch sm_90,...|all] [--bytes FILE] [--json FILE] [--check FILE]

For each kernel: registers, shared memory, the part of a multiprocessor's warps that fit, and the instructions of the longest
way through it, a pixel and by kind; then a frame from 1080p to 4K. Slow ways that few warps take are functions of their own
and are not counted. FILE of --bytes is what simulated/gpu_traffic wrote. With --check, exit status 1 where a count is more
than 3 % above the one in that file.

It needs nvcc and nvdisasm (CUDA's, or PyPI's nvidia-cuda-nvdisasm, which is installed into DIR/gpu_tools where it is missing)."""

import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import sass

ROOT = pathlib.Path(__file__).resolve().parent.parent
RENDER, OUTPUT, ALIGNMENT = (1920, 1080), (3840, 2160), 16
SOURCES = ("compute/cuda/fused/middle.cu", "neural/upscale/cuda_passes.cu")
GROWTH = 1.03
SKIPPED = 77

# Warps and shared memory (KiB) of a multiprocessor, and its most blocks, by the CUDA programming guide.
LIMITS = {75: (32, 64, 16), 80: (64, 164, 32), 86: (48, 100, 16), 89: (48, 100, 24), 90: (64, 228, 32),
          100: (64, 228, 32), 120: (48, 100, 24)}
# Published rates: multiprocessors, boost clock (GHz), memory (GB/s). A multiprocessor issues 4 warp instructions a clock.
CARDS = {"H200": ("sm_90", 132, 1.83, 4800), "RTX 4070": ("sm_89", 46, 2.475, 504), "GTX 1650": ("sm_75", 14, 1.665, 128)}
# Over which grid a pass runs, and how many of its pixels a thread makes at a scale of 2.
PASSES = {"guide": (RENDER, 1), "start": (RENDER, 1), "finish": (RENDER, 1)}
# The layers between: outputs, stride, level of the output, chunks of 16 inputs (neural/upscale/plan.cpp).
LAYERS = {"quarter_a": (48, 2, 2, 2), "quarter_b": (32, 1, 2, 3),
          "eighth_a": (64, 2, 3, 2), "eighth_b": (64, 1, 3, 4), "bottom": (32, 1, 3, 4), "up_quarter": (32, 1, 2, 4),
          "up_half": (16, 1, 1, 4)}
TILE, THREADS, BLOCKS = (16, 8), 128, {"guide": 256, "start": 256, "finish": 256}
STRIP, STRIP_STEPS, STRIP_WARPS, LAST_STRIP = (122, 72), 38, 8, 126 / 128  # compute/cuda/fused/network_start.h


def give_up(text, status=1):
    print(text, file=sys.stderr)
    sys.exit(status)


def find_nvdisasm(build):
    found = shutil.which("nvdisasm") or shutil.which("/usr/local/cuda/bin/nvdisasm")
    folder = build / "gpu_tools"
    pattern = "lib/python3*/site-packages/nvidia/cu13/bin/nvdisasm"
    if not found and not list(folder.glob(pattern)):
        try:
            subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True, timeout=60, check=True)
            subprocess.run([folder / "bin/pip", "install", "-q", "nvidia-cuda-nvdisasm==13.*"], capture_output=True,
                           timeout=120, check=True)
        except (OSError, subprocess.SubprocessError):
            pass  # said below
    found = found or next(iter(map(str, folder.glob(pattern))), None)
    if not found:
        give_up("skipped: no nvdisasm here, and PyPI gave none", SKIPPED)
    return found


def compile_command(build, source):
    """The command of the build, without what it is compiled for."""
    try:
        entries = json.loads((build / "compile_commands.json").read_text())
    except OSError:
        give_up(f"skipped: no build in {build}", SKIPPED)
    for entry in entries:
        words = shlex.split(entry["command"])
        if entry["file"] == str(ROOT / source) and any(w.endswith("nvcc") for w in words):
            words = words[next(i for i, w in enumerate(words) if w.endswith("nvcc")):]
            kept = [w for w in words if not w.startswith("--generate-code")]
            return [w for w, before in zip(kept, [""] + kept) if before != "-o" and w not in ("-o", "-c")]
    give_up(f"skipped: the build in {build} has no CUDA backend", SKIPPED)


def short_name(mangled):
    """The kernel's name here, or nothing where it is for training or for numbers other than halfs."""
    layer = re.search(r"18convolution_kernelILi(\d+)ELi(\d)E", mangled)
    if layer:
        return f"convolution {8 * int(layer[1])} / {layer[2]}"
    if "13middle_kernel" in mangled:
        return "middle"
    found = re.search(r"\d(" + "|".join(PASSES) + r")_kernel", mangled)
    return found[1] if found and "StepViewIff" not in mangled and "NothingBefore" not in mangled else None


def resources(log, name):
    """Registers, bytes of shared memory and of spills, from ptxas' words about a kernel."""
    part = log[log.index(f"'{name}'"):]
    used = re.search(r"Used (\d+) registers(?:.*?(\d+) bytes smem)?", part)
    spills = re.search(r"(\d+) bytes spill stores", part)
    return int(used[1]), int(used[2] or 0), int(spills[1])


def occupancy(arch, name, registers, shared):
    warps, kib, blocks = LIMITS[int(arch[3:])]
    of_block = BLOCKS.get(name, THREADS) // 32
    by_registers = 65536 // (-(-registers * 32 // 256) * 256 * of_block)
    by_shared = kib * 1024 // (-(-shared // 128) * 128 + 1024) if shared else blocks
    return min(blocks, by_registers, by_shared, warps // of_block) * of_block / warps


def turns_of(flow, kernel, chunks):
    """How often each loop of a kernel is taken at a scale of 2."""
    if kernel == "guide":
        return [2 * (34 + 8) / (32 * 8)]  # a block's threads clean the depth around it
    if kernel == "finish":  # the pixels around a block, which three warps of eight have; pairs of columns, and rows, of pixels
        pairs = [loop for loop in flow.loops if not flow.ops(loop, "HMMA")]
        return [3 / 8 if loop not in pairs else 1 if loop is pairs[0] else 2 for loop in flow.loops]
    if kernel == "start":  # steps down a strip; rows of the output in a step; rows and columns of the box under a pixel
        return [STRIP_STEPS, 4 * LAST_STRIP, 2, 2]
    if not kernel.startswith("convolution"):
        return [1] * len(flow.loops)
    products = [flow.ops(loop, "HMMA") for loop in flow.loops]
    chunk_loop = min((i for i, n in enumerate(products) if n == max(products)), key=lambda i: len(flow.loops[i]))
    stride = int(kernel[-1])
    copies = 2 * ((TILE[0] - 1) * stride + 3) * ((TILE[1] - 1) * stride + 3)
    turns = []
    for i, loop in enumerate(flow.loops):
        staged = flow.ops(loop, r"LDG\S*\.128(?!.*CONSTANT)")
        inside = loop < flow.loops[chunk_loop]
        turns.append(chunks if i == chunk_loop else -(-copies // THREADS) / staged if inside and staged else 1)
    return turns


def warps_of(size):
    return size[0] * size[1] / 32


def count_layers(flows):
    """Warp instructions of each layer between the ends, and of all, by kind."""
    padded = [-(-n // ALIGNMENT) * ALIGNMENT for n in RENDER]
    layers = {}
    for name, (out, stride, level, chunks) in LAYERS.items():
        flow = flows[f"convolution {out} / {stride}"]
        whole, rest = (flow.longest(turns_of(flow, f"convolution {out} / {stride}", n)) for n in (chunks, 0))
        once = flow.longest([0] * len(flow.loops))
        if not flow.loops or not flow.ops(flow.loops[0], "HMMA"):
            give_up(f"the loop over tiles of the layer {name} was not found: sass.py does not know this code")
        tiles = -(-(padded[0] >> level) // TILE[0]) * -(-(padded[1] >> level) // TILE[1])
        layers[name] = {kind: (n - once.get(kind, 0)) * tiles * THREADS / 32 for kind, n in whole.items()}
    return layers


def measure(build, arch, traffic):
    commands = [(source, compile_command(build, source)) for source in SOURCES]
    disassemble = find_nvdisasm(build)
    flows, kernels = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for source, command in commands:
            cubin = os.path.join(folder, "kernels.cubin")
            log = subprocess.run([*command, f"-arch={arch}", "-cubin", "-Xptxas", "-v", "-o", cubin], capture_output=True,
                                 text=True, cwd=build)
            if log.returncode:
                give_up(f"{source} does not compile for {arch}: {log.stderr[-600:]}")
            text = subprocess.run([disassemble, "-c", cubin], capture_output=True, text=True, check=True).stdout
            for mangled, lines in sass.functions(text):
                name = short_name(mangled)
                if not name:
                    continue
                registers, shared, spills = resources(log.stderr, mangled)
                flows[name] = sass.Flow(lines)
                kernels[name] = dict(registers=registers, shared_bytes=shared, spilled_bytes=spills,
                                     occupancy=round(occupancy(arch, name, registers, shared), 3))
    layers = count_layers(flows)
    warps = {"middle": warps_of(RENDER), **{name: warps_of(grid) for name, (grid, _) in PASSES.items()}}
    strips = -(-RENDER[0] // STRIP[0]) * -(-RENDER[1] // STRIP[1]) * STRIP_WARPS
    totals = {name: {k: n * (strips if name == "start" else warps[name]) / pixels for k, n in flows[name].longest(turns_of(flows[name], name, 1)).items()}
              for name, (_, pixels) in PASSES.items() if name in flows}
    totals["middle"] = {k: sum(layer.get(k, 0) for layer in layers.values()) for k in
                        ("tensor", "float", "integer", "memory", "control")}
    for name, by_kind in totals.items():
        pixel = {k: round(n / warps[name], 2) for k, n in sorted(by_kind.items())}
        kernels[name] |= dict(instructions_per_pixel=round(sum(pixel.values()), 1), tensor_per_pixel=pixel.get("tensor", 0),
                              by_kind_per_pixel=pixel, warp_instructions=round(sum(by_kind.values())))
        if name in traffic:
            kernels[name] |= traffic[name]
    for name, by_kind in layers.items():
        kernels[f"middle {name}"] = dict(warp_instructions=round(sum(by_kind.values())))
    return kernels


def frame_of(kernels):
    launches = [k for name, k in kernels.items() if name in PASSES or name == "middle"]
    frame = dict(warp_instructions=sum(k["warp_instructions"] for k in launches), launches=len(launches))
    if all("bytes_per_pixel" in k for k in launches):
        frame["bytes"] = round(sum(k["bytes"] for k in launches))
    return frame


def print_table(arch, kernels):
    print(f"\n{arch:16} registers  shared  fit   a pixel  tensor  float integer memory   M warp instructions   bytes a pixel")
    for name, k in kernels.items():
        if "by_kind_per_pixel" in k:
            p = k["by_kind_per_pixel"]
            print(f"{name:16} {k['registers']:9} {k['shared_bytes']:7} {k['occupancy']:4.0%} {k['instructions_per_pixel']:9.1f} "
                  f"{p.get('tensor', 0):7.1f} {p.get('float', 0):6.0f} {p.get('integer', 0):7.0f} {p.get('memory', 0):6.0f} "
                  f"{k['warp_instructions'] / 1e6:18.1f} {k.get('bytes_per_pixel', float('nan')):16.1f}")
    frame = frame_of(kernels)
    print(f"{'a frame':16} {frame['launches']} launches, {frame['warp_instructions'] / 1e6:.1f} M warp instructions" +
          (f", {frame['bytes'] / 1e6:.0f} MB" if "bytes" in frame else ""))
    for card, (its_arch, processors, clock, bandwidth) in CARDS.items():
        if its_arch == arch:
            issue = frame["warp_instructions"] / (4 * processors * clock * 1e6)
            memory = frame.get("bytes", 0) / (bandwidth * 1e6)
            print(f"{'estimate':16} {card}: {issue:.2f} ms to issue, {memory:.2f} ms to move; at least {max(issue, memory):.2f} ms")


def compiler(build):
    nvcc = compile_command(build, SOURCES[0])[0]
    return subprocess.run([nvcc, "--version"], capture_output=True, text=True).stdout.strip().splitlines()[-1]


def compare(archs, path, nvcc):
    """Names counts that grew."""
    recorded, worse = json.loads(pathlib.Path(path).read_text()), []
    if recorded["nvcc"] != nvcc:
        give_up(f"skipped: {path} was counted with {recorded['nvcc']}, and this is {nvcc}", SKIPPED)
    before = recorded["archs"]
    for arch, kernels in archs.items():
        for name, k in kernels.items():
            old = before.get(arch, {}).get(name, {})
            for key in ("registers", "shared_bytes", "spilled_bytes", "warp_instructions", "bytes_per_pixel"):
                if key in old and key in k and k[key] > old[key] * GROWTH:
                    worse.append(f"{arch} {name}: {key} {old[key]} -> {k[key]}")
    for line in worse:
        print(line, file=sys.stderr)
    if worse:
        give_up(f"costs grew; where that is meant, count anew: benchmarks/gpu_cost.py --arch all --json {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--arch", default="sm_90")
    parser.add_argument("--bytes", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--check", type=pathlib.Path)
    options = parser.parse_args()
    traffic = json.loads(options.bytes.read_text()) if options.bytes else {}
    names = [f"sm_{n}" for n in LIMITS] if options.arch == "all" else options.arch.split(",")
    archs = {}
    for arch in names:
        archs[arch] = measure(options.build.resolve(), arch, traffic)
        print_table(arch, archs[arch])
    if options.json:
        commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, cwd=ROOT).stdout
        result = dict(commit=commit.strip(), nvcc=compiler(options.build.resolve()), archs=archs)
        if "sm_90" in archs:
            result["frame_1080p_4k"] = frame_of(archs["sm_90"])
        options.json.write_text(json.dumps(result, indent=1) + "\n")
    if options.check:
        compare(archs, options.check, compiler(options.build.resolve()))


if __name__ == "__main__":
    main()
