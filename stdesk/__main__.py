"""``python -m stdesk`` and the ``stdesk`` command."""

from __future__ import annotations

import signal
import sys


def main() -> int:
    """Run the command line; without a command, the window."""
    try:
        from stdesk import offline

        if not offline.wants_network(sys.argv[1:]):
            offline.close_network()  # before anything else is loaded
        from stdesk import logs
        from stdesk.cli import run

        logs.setup()
        code = run(sys.argv[1:])
        # All is done and said: Ctrl-C while Python tidies up must not turn the answer into a failure.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return code
    except (KeyboardInterrupt, RuntimeError) as error:  # while still loading: nothing has been begun
        if not isinstance(error, KeyboardInterrupt) and not isinstance(error.__cause__, KeyboardInterrupt):
            raise  # Python 3.11 wraps a Ctrl-C that falls into the making of a class
        from stdesk.i18n import message

        sys.stderr.write(f"stdesk: {message('interrupted')}\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
