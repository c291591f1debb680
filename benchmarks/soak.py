#!/usr/bin/env python3
"""Leaves a window running and opens another scene every minute; writes its memory by minute.

    benchmarks/soak.py PROGRAM OUT.md MINUTES SCENE SCENE... [-- ARGS for the program]

Needs Xvfb and xdotool. Memory after a scene's first minute is what a later visit to it is compared with.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

MINUTE = float(os.environ.get("SOAK_MINUTE", 60))  # seconds; shorter to look for a leak

arguments = sys.argv[1:]
extra = arguments[arguments.index("--") + 1:] if "--" in arguments else []
arguments = arguments[:arguments.index("--")] if "--" in arguments else arguments
program, out, minutes, scenes = arguments[0], pathlib.Path(arguments[1]), int(arguments[2]), arguments[3:]
scenes = [str(pathlib.Path(scene).resolve()) for scene in scenes]
folder = pathlib.Path(tempfile.mkdtemp())
report = folder / "controls.json"

display = f":{90 + os.getpid() % 100}"
server = subprocess.Popen(["Xvfb", display, "-screen", "0", "1280x720x24"], stderr=subprocess.DEVNULL)
environment = dict(os.environ, DISPLAY=display, WAYLAND_DISPLAY="", XDG_CONFIG_HOME=str(folder))
for _ in range(100):  # until the server answers
    if subprocess.run(["xdotool", "getmouselocation"], env=environment, capture_output=True).returncode == 0:
        break
    time.sleep(0.2)
window = subprocess.Popen([program, "view", scenes[0], "--output", "1000x600", "--controls", str(report)] + extra,
                          env=environment, stderr=(folder / "log").open("w"))


def state():
    try:
        return json.loads(report.read_text())
    except (OSError, ValueError):
        return {}


def wait_for(holds, seconds):
    end = time.time() + seconds
    while time.time() < end and window.poll() is None:
        if holds(state()):
            return True
        time.sleep(0.5)
    return False


def xdotool(*words):
    subprocess.run(["xdotool", *map(str, words)], env=environment, check=True)


def frames_go_by(count):
    until = state().get("frame", 0) + count
    wait_for(lambda now: now.get("frame", 0) >= until, 60)


def hold(*keys):
    """Long enough for a slow frame to see them."""
    for key in keys:
        xdotool("keydown", key)
        frames_go_by(2)
    for key in reversed(keys):
        xdotool("keyup", key)
    frames_go_by(2)


def open_scene(path):
    """As a user does: a click into the field, the path over the last one, Enter."""
    x, y, width, height = state()["controls"]["scene"]
    # Without a window manager nobody else gives it the keyboard.
    xdotool("search", "--name", "Neuraster", "windowfocus")
    xdotool("mousemove", x + width // 2, y + height // 2)
    frames_go_by(2)
    for action in ("mousedown", "mouseup"):
        xdotool(action, 1)
        frames_go_by(2)
    hold("ctrl", "a")
    xdotool("type", "--delay", 60, path)
    frames_go_by(3)
    hold("Return")


def memory():
    """Resident and of these not backed by files, MiB."""
    lines = pathlib.Path(f"/proc/{window.pid}/status").read_text().splitlines()
    values = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Rss") or line.startswith("VmRSS")}
    return int(values["VmRSS"]) / 1024, int(values["RssAnon"]) / 1024


rows = []
try:
    assert wait_for(lambda now: "scene" in now.get("controls", {}), 300), "no window"
    begin = time.time()
    for minute in range(1, minutes + 1):
        if minute > 1:
            before = state().get("scene")
            open_scene(scenes[(minute - 1) % len(scenes)])
            wait_for(lambda now: now.get("scene") not in (None, before), 50)
        while time.time() < begin + MINUTE * minute and window.poll() is None:
            time.sleep(0.5)
        assert window.poll() is None, (folder / "log").read_text()
        now = state()
        rss, anonymous = memory()
        rows.append((minute, now["scene"], now["frame"], rss, anonymous))
        seen = [row for row in rows if row[1] == now["scene"]]
        growth = rss - seen[1][3] if len(seen) > 2 else 0
        lines = [f"| {m} | {s} | {f} | {r:.0f} | {a:.0f} |" for m, s, f, r, a in rows]
        out.write_text(f"# A window left running, another scene every minute\n\n`benchmarks/soak.py`, {len(scenes)} scenes in turn, "
                       f"arguments `{' '.join(extra)}`; {time.strftime('%Y-%m-%d')}.\n\n"
                       "| minute | scene | frames drawn | resident, MiB | of these anonymous |\n|---|---|---|---|---|\n"
                       + "\n".join(lines) + "\n")
        print(rows[-1], f"{growth:+.0f} MiB since its second visit", flush=True)
finally:
    window.terminate()
    window.wait()
    server.terminate()
