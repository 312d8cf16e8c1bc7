"""``python -m stdesk`` and the ``stdesk`` command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; without a command, the window."""
    from stdesk.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
