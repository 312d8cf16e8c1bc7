#!/usr/bin/env bash
# The libraries of the system that Qt needs on Debian and Ubuntu: installed when we may, named otherwise.
set -u
needed="libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1"
python="$(dirname "$0")/../../.venv/bin/python"
if QT_QPA_PLATFORM=offscreen "$python" -c 'from PySide6.QtWidgets import QApplication; QApplication([])' 2>/dev/null \
   && ldconfig -p | grep -q libxcb-cursor; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing the system libraries that Qt needs"
  # shellcheck disable=SC2086
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $needed; } >/dev/null && exit 0
fi
echo "Qt needs system libraries. Install them with:"
echo "  sudo apt-get install $needed"
exit 0
