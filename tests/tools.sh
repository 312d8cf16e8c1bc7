#!/usr/bin/env bash
# The other programs our files are held against: installed when we may. A test that misses one says so and is skipped.
set -u
missing=""
for tool in minisign age unzip strace; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  # shellcheck disable=SC2086
  { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >/dev/null 2>&1 && exit 0
fi
echo "To have the tests ask other programs as well: sudo apt-get install$missing"
exit 0
