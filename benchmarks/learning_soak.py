#!/usr/bin/env python3
"""Leaves station 6 of a window learning: its memory by minute, and a picture at moments after it began.

    benchmarks/learning_soak.py PROGRAM OUT_FOLDER MINUTES SCENE [-- ARGS for the program]

Needs Xvfb, xdotool and ImageMagick's import. The program's processor seconds stand beside the clock, because machines share.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

MOMENTS = (5, 30, 120, 600)  # seconds

arguments = sys.argv[1:]
extra = arguments[arguments.index("--") + 1:] if "--" in arguments else []
arguments = arguments[:arguments.index("--")] if "--" in arguments else arguments
program, out, minutes, scene = arguments[0], pathlib.Path(arguments[1]), float(arguments[2]), arguments[3]
out.mkdir(parents=True, exist_ok=True)
folder = pathlib.Path(tempfile.mkdtemp())
report = folder / "controls.json"

display = f":{90 + os.getpid() % 100}"
server = subprocess.Popen(["Xvfb", display, "-screen", "0", "960x540x24"], stderr=subprocess.DEVNULL)
environment = dict(os.environ, DISPLAY=display, WAYLAND_DISPLAY="", XDG_CONFIG_HOME=str(folder))
for _ in range(100):  # until the server answers
    if subprocess.run(["xdotool", "getmouselocation"], env=environment, capture_output=True).returncode == 0:
        break
    time.sleep(0.2)
window = subprocess.Popen([program, "view", scene, "--output", "960x540", "--role", "look", "--backend", "cpu",
                           "--window-learning-share", "1", "--controls", str(report)] + extra,
                          env=environment, stderr=(folder / "log").open("w"))


def state():
    try:
        return json.loads(report.read_text())
    except (OSError, ValueError):
        return {}


def wait_for(holds, seconds):
    end = time.time() + seconds
    while time.time() < end and window.poll() is None:
        now = state()
        if holds(now):
            return now
        time.sleep(0.2)
    raise SystemExit(f"waited in vain; the log: {(folder / 'log').read_text()}\n{state()}")


def xdotool(*words):
    subprocess.run(["xdotool", *map(str, words)], env=environment, check=True)


def frames_go_by(count):
    until = state().get("frame", 0) + count
    wait_for(lambda now: now.get("frame", 0) >= until, 120)


def click(control):
    x, y, width, height = state()["controls"][control]
    xdotool("mousemove", x + width // 2, y + height // 2)
    frames_go_by(2)
    for action in ("mousedown", "mouseup"):
        xdotool(action, 1)
        frames_go_by(2)


def press(key):
    xdotool("keydown", key)
    frames_go_by(2)
    xdotool("keyup", key)
    frames_go_by(2)


def cpu_seconds():
    fields = pathlib.Path(f"/proc/{window.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident():
    lines = pathlib.Path(f"/proc/{window.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


rows, taken = ["second,cpu_second,resident_mib,of_learning_mb,views_or_steps,psnr_db,flip"], set()
try:
    wait_for(lambda now: "station 6" in now.get("controls", {}), 600)
    xdotool("search", "--name", "Neuraster", "windowfocus")
    xdotool("mousemove", 400, 400)
    press("space")  # the camera rests
    press("6")
    wait_for(lambda now: "learning begin" in now.get("controls", {}), 900)
    click("learning begin")
    xdotool("mousemove", 400, 400)  # away from the button, whose help would stand in the pictures
    wait_for(lambda now: now.get("rasterized") is False, 600)
    begin, cpu = time.time(), cpu_seconds()
    minute = 0
    while time.time() < begin + 60 * minutes and window.poll() is None:
        now, learned = time.time() - begin, state().get("training", {})
        for moment in MOMENTS:
            if now >= moment and moment not in taken:
                taken.add(moment)
                name = out / f"after_{moment}_s.png"
                subprocess.run(["import", "-window", "root", str(name)], env=environment, check=True)
                print(f"{name}: after {now:.0f} s and {cpu_seconds() - cpu:.0f} CPU seconds", flush=True)
        if now >= 60 * minute:
            minute += 1
            rows.append(f"{now:.0f},{cpu_seconds() - cpu:.0f},{resident():.0f},{learned.get('bytes', 0) / 1e6:.0f},"
                        f"{learned.get('steps', learned.get('views', ''))},{learned.get('psnr_db', 0):.2f},{learned.get('flip', 0):.4f}")
            (out / "soak.csv").write_text("\n".join(rows) + "\n")
            print(rows[-1], flush=True)
        time.sleep(0.2)
    assert window.poll() is None, (folder / "log").read_text()
finally:
    window.terminate()
    window.wait()
    server.terminate()
