#!/usr/bin/env python3
"""Leaves a window running and opens another scene every minute; writes its memory by minute.

    benchmarks/soak.py PROGRAM OUT.md MINUTES SCENE SCENE... [-- ARGS for the program]

Needs Xvfb and xdotool. Memory after a scene's first minute is what a later visit to it is compared with.
"""
import os
import pathlib
import sys
import time

from window import Window, split_arguments

MINUTE = float(os.environ.get("SOAK_MINUTE", 60))  # seconds; shorter to look for a leak

arguments, extra = split_arguments(sys.argv[1:])
program, out, minutes, scenes = arguments[0], pathlib.Path(arguments[1]), int(arguments[2]), arguments[3:]
scenes = [str(pathlib.Path(scene).resolve()) for scene in scenes]
window = Window(program, [scenes[0], "--output", "1000x600", "--role", "tune", *extra], "1280x720")


def open_scene(path):
    """As a user does: a click into the field, the path over the last one, Enter."""
    window.focus()
    window.click("scene")
    window.hold("ctrl", "a")
    window.xdotool("type", "--delay", 60, path)
    window.frames_go_by(3)
    window.hold("Return")


rows = []
try:
    window.expect(lambda now: "scene" in now.get("controls", {}), 300)
    begin = time.time()
    for minute in range(1, minutes + 1):
        if minute > 1:
            before = window.state().get("scene")
            open_scene(scenes[(minute - 1) % len(scenes)])
            window.wait_for(lambda now: now.get("scene") not in (None, before), 50)
        while time.time() < begin + MINUTE * minute and window.runs():
            time.sleep(0.5)
        assert window.runs(), window.log.read_text()
        now = window.state()
        rss, anonymous = window.memory()
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
    window.close()
