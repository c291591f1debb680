#!/usr/bin/env bash
# Installs what is missing, builds, and hands its arguments to the program. With none it opens the window
# where there is a display, and otherwise makes the tour of the stations and a report in out/.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/tools/setup.sh"

install_packages build
build_targets neuraster town_scene

if [ $# -gt 0 ]; then exec "$build/neuraster" "$@"; fi
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then exec "$build/neuraster" view; fi

say "No display: making the tour of the stations and a report in $root/out"
"$build/neuraster" tour --out "$root/out/tour" &&
  "$build/neuraster" profile --report "$root/out/profile" --output 960x540 --frames 60
