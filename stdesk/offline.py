"""No network: a socket that could leave this computer is refused inside this process.

The program has no use for one; this is the belt that shows a mistake, in it or in a library it
uses, at once, on Windows too. It is no proof: the proof is the traced session in
``tests/cli/test_no_network.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

_LOCAL_FAMILY = 1  # AF_UNIX: a path on this computer; Python may lack the name
_ASKS_NAMES = frozenset(
    {
        "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo",
        "socket.sethostname", "socket.getservbyname", "socket.getservbyport",
    }
)  # fmt: skip
_SERVERS = ("postgresql://", "postgresql+", "postgres://")
_installed = False


class NetworkRefusedError(RuntimeError):
    """Something tried to reach the network; a fault of the program, never the person's."""


def close_network() -> None:
    """Refuse sockets from now on, until the process ends; again is nothing."""
    global _installed  # noqa: PLW0603 - an audit hook cannot be taken away again
    if not _installed:
        _installed = True
        sys.addaudithook(refuse)


def wants_network(arguments: Sequence[str]) -> bool:
    """Whether a command line speaks to the agency's database server, the only one that may."""
    words = list(arguments)
    while words and words[0].startswith("-"):  # options before the command, with their values
        words = words[1:] if "=" in words[0] else words[2:]
    return words[:1] == ["central"] and any(word.startswith(_SERVERS) for word in words)


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """The audit hook (PEP 578): raise for what could leave this computer.

    Raises:
        NetworkRefusedError: naming the event, never the address.
    """
    if event[:7] != "socket.":
        return
    if event in _ASKS_NAMES or (event == "socket.__new__" and _family(arguments, 1) != _LOCAL_FAMILY):
        raise NetworkRefusedError(event)
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
        family = getattr(arguments[0], "family", None) if arguments else None
        if family is not None and int(family) != _LOCAL_FAMILY:
            raise NetworkRefusedError(event)


def _family(arguments: tuple[Any, ...], at: int) -> int:
    try:
        return int(arguments[at])
    except (IndexError, TypeError, ValueError):
        return -1
