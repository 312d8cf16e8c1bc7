"""``python -m stdesk`` and the ``stdesk`` command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; without a command, the window."""
    try:
        from stdesk.cli import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # while still loading: nothing has been begun
        from stdesk.i18n import message

        sys.stderr.write(f"stdesk: {message('interrupted')}\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
