#!/usr/bin/env python3
"""vulkan_estimate.py: what a frame of the Vulkan backend in halfs, 1080p to 4K, should cost at least on GPUs that we do
not have. An estimate, not a measurement: each stage takes the longest of its instructions, its products and its bytes at
the cards' published rates. The passes' instructions and bytes are CUDA's as counted when each was a launch there as well
(benchmarks/results/gpu_cost.json of commit a13a476), since both are compiled from one source; the layers' are those that
vulkan_test counts (VulkanNetwork.CountsWhatAFrameCosts)."""
RENDER, OUTPUT = 1920 * 1080, 3840 * 2160
# Lanes (an instruction each a clock), boost clock in GHz, products of halfs in T multiply-adds a second without matrix
# units, memory in GB/s: AMD's, Intel's and Valve's specification pages.
CARDS = {"RX 7600": (32 * 64, 2.655, 21.75, 288), "Arc A770": (512 * 8, 2.1, 17.2, 560), "Steam Deck": (8 * 64, 1.6, 1.64, 88)}
# Pixels, and of each the instructions and bytes.
PASSES = {"guide": (RENDER, 370.9, 45.0), "warp": (OUTPUT, 425.0, 21.2), "squeeze": (RENDER, 832.0, 121.0),
          "head": (RENDER, 328.0, 96.0), "reconstruct": (OUTPUT, 379.8, 40.2)}
LAYERS = {"multiply_adds": 11184, "bytes": 372}  # a render pixel, the ends' layers included

print("| card | passes, ms | layers, ms | a frame, ms | limited by |\n|---|---|---|---|---|")
for card, (lanes, clock, products, bandwidth) in CARDS.items():
    passes, limits = 0.0, {}
    for pixels, instructions, of_pixel in PASSES.values():
        times = {"instructions": instructions * pixels / (lanes * clock * 1e9) * 1e3,
                 "bytes": of_pixel * pixels / (bandwidth * 1e9) * 1e3}
        limit = max(times, key=times.get)
        passes += times[limit]
        limits[limit] = limits.get(limit, 0) + times[limit]
    times = {"products": LAYERS["multiply_adds"] * RENDER / (products * 1e12) * 1e3,
             "bytes": LAYERS["bytes"] * RENDER / (bandwidth * 1e9) * 1e3}
    layers = max(times.values())
    limits[max(times, key=times.get)] = limits.get(max(times, key=times.get), 0) + layers
    print(f"| {card} | {passes:.2f} | {layers:.2f} | {passes + layers:.2f} | {max(limits, key=limits.get)} |")
