#!/bin/sh
# Put STDesk into the person's own menu, pointing at this folder; "--remove" takes it out again.
set -eu
here=$(dirname "$(readlink -f "$0")")
entry="${XDG_DATA_HOME:-$HOME/.local/share}/applications/stdesk.desktop"
if [ "${1:-}" = "--remove" ]; then
  rm -f "$entry"
  echo "STDesk: đã gỡ khỏi menu (removed from the menu)."
  exit 0
fi
case $here in
  *[\"\`\$\\\|\&%]*)
    echo "stdesk: tên thư mục có ký tự mà menu không nhận; hãy chuyển sang thư mục khác (move the folder to a plainer path): $here" >&2
    exit 3 ;;
esac
mkdir -p "$(dirname "$entry")"
sed "s|@FOLDER@|$here|g" "$here/stdesk.desktop" >"$entry"
echo "STDesk: đã đưa vào menu (added to the menu): $entry"
