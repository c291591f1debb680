#!/usr/bin/env python3
"""ribbon_cost.py BUILD [SCENE [ROUNDS [FRAMES]]]: what the window's ribbon costs, as a ratio of frame times within one
run. It opens the window on an X server of its own, presses F9 ROUNDS times on and off, and compares the medians of
FRAMES frames each, and the processor time of a frame, which other programs disturb less: where a processor renders and
generates, it is the whole cost. Needs Xvfb and xdotool."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

build = Path(sys.argv[1]).resolve()
scene = sys.argv[2] if len(sys.argv) > 2 else "courtyard"
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 8
count = int(sys.argv[4]) if len(sys.argv) > 4 else 40
skipped = 8  # after a key: the first frames allocate, and measure the device's rate once

folder = Path(tempfile.mkdtemp())
read, write = os.pipe()
server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x720x24"], pass_fds=[write],
                          stderr=subprocess.DEVNULL)
display = ":" + os.read(read, 16).decode().strip()
environment = dict(os.environ, DISPLAY=display, XDG_CONFIG_HOME=str(folder), XDG_CACHE_HOME=str(folder))
report_file = folder / "controls.json"
program = subprocess.Popen([build / "neuraster", "view", scene, "--controls", report_file, "--output", "1280x720",
                            "--role", "look", "--scale", "2", "--vsync", "off"], env=environment)


def report():
    try:
        return json.loads(report_file.read_text())
    except (OSError, json.JSONDecodeError):
        return {}


def next_frames(number):
    """The times of so many frames."""
    times, last = [], report().get("frame", 0)
    while len(times) < number:
        if program.poll() is not None:
            sys.exit("the window was closed")
        now = report()
        if now.get("frame", 0) > last:
            last = now["frame"]
            times.append(now["frame_ms"])
        time.sleep(0.002)
    return times


def processor_seconds():
    fields = Path(f"/proc/{program.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def set_ribbon(on):
    while report().get("settings", {}).get("window.ribbon") != ("true" if on else "false"):
        subprocess.run(["xdotool", "key", "F9"], env=environment, check=True)
        time.sleep(1)


next_frames(20)
ratios, processor_ratios, every = [], [], {True: [], False: []}
for number in range(rounds):
    median, processor = {}, {}
    for on in (False, True) if number % 2 else (True, False):
        set_ribbon(on)
        next_frames(skipped)
        before, first = processor_seconds(), report()["frame"]
        times = next_frames(count)
        processor[on] = 1e3 * (processor_seconds() - before) / (report()["frame"] - first)
        every[on] += times
        median[on] = statistics.median(times)
    ratios.append(median[True] / median[False])
    processor_ratios.append(processor[True] / processor[False])
    print(f"round {number + 1}: closed {median[False]:.1f} ms, open {median[True]:.1f} ms, ratio {ratios[-1]:.3f}; "
          f"processor {processor[False]:.1f} and {processor[True]:.1f} ms, ratio {processor_ratios[-1]:.3f}", flush=True)
print(f"all: closed {statistics.median(every[False]):.1f} ms, open {statistics.median(every[True]):.1f} ms; "
      f"median of the ratios {statistics.median(ratios):.3f}, from {min(ratios):.3f} to {max(ratios):.3f}; "
      f"of the processor's {statistics.median(processor_ratios):.3f}")
program.terminate()
server.terminate()
