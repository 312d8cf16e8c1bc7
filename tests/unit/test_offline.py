"""No network: what the program could reach it with is refused, and is not even there."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from stdesk import offline

_PACKAGE = Path(offline.__file__).parent
_NETWORK = (
    "socket", "ssl", "urllib.request", "urllib.error", "http", "ftplib", "smtplib", "imaplib", "poplib", "telnetlib",
    "xmlrpc", "socketserver", "asyncio", "requests", "httpx", "aiohttp", "webbrowser", "PySide6.QtNetwork",
    "PySide6.QtWebEngineCore", "PySide6.QtWebSockets", "logging.handlers",
)  # fmt: skip
_IMPORT = re.compile(r"^\s*(?:from\s+([\w.]+)\s+import\s+([\w, ()]+)|import\s+([\w.]+))", re.MULTILINE)


def test_no_module_of_the_program_loads_what_speaks_to_a_network() -> None:
    bad = []
    for file in sorted(_PACKAGE.rglob("*.py")):
        for found in _IMPORT.finditer(file.read_text(encoding="utf-8")):
            source, names, whole = found.groups()
            wanted = [f"{source}.{one.strip(' ()')}" for one in names.split(",")] if source else [whole]
            bad += [
                f"{file.name}: {one}"
                for one in wanted
                if any(one == name or one.startswith(f"{name}.") for name in _NETWORK)
            ]
    assert not bad


def test_the_window_does_not_load_qts_network() -> None:
    code = "import sys, stdesk.app, stdesk.ui.shell; print([m for m in sys.modules if 'QtNet' in m or 'QtWeb' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


_CHILD = """
import socket, sys, urllib.request
from stdesk import offline
offline.close_network(); offline.close_network()
made = []
def tried(name, act):
    try:
        act()
    except RuntimeError as error:
        assert type(error) is offline.NetworkRefusedError and "127" not in str(error)
    except Exception as error:  # urllib wraps what it is told
        assert "NetworkRefused" in repr(error) or isinstance(error.__context__, RuntimeError), error
    else:
        made.append(name)
for family in (socket.AF_INET, socket.AF_INET6, getattr(socket, "AF_NETLINK", 16), getattr(socket, "AF_PACKET", 17)):
    tried(family, lambda: socket.socket(family))
tried("plain", socket.socket)
tried("name", lambda: socket.getaddrinfo("127.0.0.1", 80))
tried("host", lambda: socket.gethostbyname("localhost"))
tried("connect", lambda: socket.create_connection(("127.0.0.1", 9)))
tried("server", lambda: socket.create_server(("127.0.0.1", 0)))
tried("url", lambda: urllib.request.urlopen("http://127.0.0.1:9/"))
if sys.platform != "win32":
    one, other = socket.socketpair()  # between processes of this computer
    one.sendall(b"x"); assert other.recv(1) == b"x"
    one.close(); other.close()
print(made)
"""


def test_every_way_out_is_refused_and_the_way_beside_is_not() -> None:
    done = subprocess.run([sys.executable, "-c", _CHILD], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("", False),
        ("central status postgresql://v04@may-chu/khcn", True),
        ("--language en central intake postgresql+psycopg://v04@may-chu/khcn goi.zip", True),
        ("central status /srv/khcn", False),
        ("find kho postgresql://khong-phai", False),
        ("import kho postgresql://x", False),
        ("find central postgresql://x", False),
        ("--language=en central report postgresql://v04@may-chu/khcn", True),
        ("--library postgresql://x", False),
    ],
)
def test_only_the_centre_on_a_server_may_use_the_network(line: str, wanted: bool) -> None:
    assert offline.wants_network(line.split()) is wanted


def test_what_is_no_socket_is_let_through() -> None:
    offline.refuse("open", ("x", "r", 0))
    offline.refuse("socket.gethostname", ())
    one, other = socket.socketpair()
    with one, other:
        offline.refuse("socket.connect", (one, "/tmp/.X11-unix/X0"))
    with pytest.raises(offline.NetworkRefusedError):
        offline.refuse("socket.__new__", ())
