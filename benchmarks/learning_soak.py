#!/usr/bin/env python3
"""Leaves station 6 of a window learning: its memory by minute, and a picture at moments after it began.

    benchmarks/learning_soak.py PROGRAM OUT_FOLDER MINUTES SCENE [-- ARGS for the program]

Needs Xvfb, xdotool and ImageMagick's import. The program's processor seconds stand beside the clock, because machines share.
"""
import pathlib
import subprocess
import sys
import time

from window import Window, split_arguments

MOMENTS = [5, 30, 120, 600]  # seconds

arguments, extra = split_arguments(sys.argv[1:])
program, out, minutes, scene = arguments[0], pathlib.Path(arguments[1]), float(arguments[2]), arguments[3]
out.mkdir(parents=True, exist_ok=True)
window = Window(program, [scene, "--output", "960x540", "--role", "look", "--backend", "cpu", "--window-learning-share", "1",
                          *extra], "960x540")
rows, moments = ["second,cpu_second,resident_mib,of_learning_mb,steps,psnr_db,flip"], list(MOMENTS)
try:
    window.expect(lambda now: "station 6" in now.get("controls", {}), 600)
    window.focus()
    window.xdotool("mousemove", 400, 400)
    window.hold("space")  # the camera rests
    window.hold("6")
    window.expect(lambda now: "learning begin" in now.get("controls", {}), 900)
    window.click("learning begin")
    window.xdotool("mousemove", 400, 400)  # away from the button, whose help would stand in the pictures
    window.expect(lambda now: now.get("rasterized") is False, 600)
    begin, cpu, minute = time.time(), window.cpu_seconds(), 0
    while time.time() < begin + 60 * minutes and window.runs():
        now = time.time() - begin
        if moments and now >= moments[0]:
            name = out / f"after_{moments.pop(0)}_s.png"
            subprocess.run(["import", "-window", "root", str(name)], env=window.environment, check=True)
            print(f"{name}: after {now:.0f} s and {window.cpu_seconds() - cpu:.0f} CPU seconds", flush=True)
        if now >= 60 * minute:
            minute += 1
            learned = window.state().get("training", {})
            rows.append(f"{now:.0f},{window.cpu_seconds() - cpu:.0f},{window.memory()[0]:.0f},{learned.get('bytes', 0) / 1e6:.0f},"
                        f"{learned.get('steps', '')},{learned.get('psnr_db', 0):.2f},{learned.get('flip', 0):.4f}")
            (out / "soak.csv").write_text("\n".join(rows) + "\n")
            print(rows[-1], flush=True)
        time.sleep(0.2)
    assert window.runs(), window.log.read_text()
finally:
    window.close()
