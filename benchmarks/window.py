"""The program's window on an Xvfb of its own, as measurements drive it. Needs Xvfb and xdotool."""
import json
import os
import pathlib
import subprocess
import tempfile
import time


class Window:
    """`arguments` are those of `neuraster view`. close() ends it."""

    def __init__(self, program, arguments, screen):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.report, self.log = self.folder / "controls.json", self.folder / "log"
        display = f":{90 + os.getpid() % 100}"
        self.server = subprocess.Popen(["Xvfb", display, "-screen", "0", f"{screen}x24"], stderr=subprocess.DEVNULL)
        self.environment = dict(os.environ, DISPLAY=display, WAYLAND_DISPLAY="", XDG_CONFIG_HOME=str(self.folder))
        for _ in range(100):  # until the server answers
            if subprocess.run(["xdotool", "getmouselocation"], env=self.environment, capture_output=True).returncode == 0:
                break
            time.sleep(0.2)
        self.process = subprocess.Popen([program, "view", *arguments, "--controls", str(self.report)], env=self.environment,
                                        stderr=self.log.open("w"))

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.server.terminate()

    def runs(self):
        return self.process.poll() is None

    def state(self):
        """What the window last wrote with --controls."""
        try:
            return json.loads(self.report.read_text())
        except (OSError, ValueError):
            return {}

    def wait_for(self, holds, seconds):
        """Whether the state came to be so in time."""
        end = time.time() + seconds
        while time.time() < end and self.runs():
            if holds(self.state()):
                return True
            time.sleep(0.2)
        return False

    def expect(self, holds, seconds):
        if not self.wait_for(holds, seconds):
            raise SystemExit(f"waited in vain; the log: {self.log.read_text()}\n{self.state()}")

    def xdotool(self, *words):
        subprocess.run(["xdotool", *map(str, words)], env=self.environment, check=True)

    def focus(self):
        self.xdotool("search", "--name", "Neuraster", "windowfocus")  # without a window manager nobody else does

    def frames_go_by(self, count):
        until = self.state().get("frame", 0) + count
        self.wait_for(lambda now: now.get("frame", 0) >= until, 120)

    def hold(self, *keys):
        """Presses keys together, long enough for a slow frame to see them."""
        for key in keys:
            self.xdotool("keydown", key)
            self.frames_go_by(2)
        for key in reversed(keys):
            self.xdotool("keyup", key)
        self.frames_go_by(2)

    def click(self, control):
        x, y, width, height = self.state()["controls"][control]
        self.xdotool("mousemove", x + width // 2, y + height // 2)
        self.frames_go_by(2)
        for action in ("mousedown", "mouseup"):
            self.xdotool(action, 1)
            self.frames_go_by(2)

    def memory(self):
        """Resident and of these not backed by files, MiB."""
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        values = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith(("Rss", "VmRSS"))}
        return int(values["VmRSS"]) / 1024, int(values["RssAnon"]) / 1024

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def split_arguments(arguments):
    """Those of a script, and those after "--", which are for the program."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:at], arguments[at + 1:]
