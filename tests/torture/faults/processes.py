"""Processes forked from one that has everything imported: a try costs milliseconds, not a start."""

from __future__ import annotations

import json
import os
import select
import signal
import time
import traceback
from collections.abc import Callable
from typing import Any

SECONDS = 60  # an act that hangs is a fault


def forked(work: Callable[[], Any]) -> dict[str, Any]:
    """``{"value": what work returns}`` from a process of its own, as JSON carries it, or ``{"failed": how}``."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        signal.alarm(SECONDS)
        try:
            answer = json.dumps({"value": work()})
        except BaseException:  # noqa: BLE001 - told to the parent
            answer = json.dumps({"failed": traceback.format_exc()})
        with os.fdopen(write, "w") as out:
            out.write(answer)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(told) if told else {"failed": f"ended with {status}"}


def must(answer: dict[str, Any]) -> Any:
    """The value; raises RuntimeError with the trace of the process when it failed."""
    if answer.get("failed"):
        raise RuntimeError(answer["failed"])
    return answer["value"]


def killed(work: Callable[[Callable[[str], None]], object], after: float) -> tuple[list[str], bool]:
    """Run ``work`` in a process and kill it ``after`` seconds; what it had acknowledged, and whether it had ended.

    ``work`` is given a function that acknowledges: what it was called with has reached us before it returns.
    """
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        try:
            work(lambda said: (os.write(write, f"{said}\n".encode()), None)[1])
        except BaseException:  # noqa: BLE001 - told to the parent
            os.write(write, f"failed {traceback.format_exc()!r}\n".encode())
        os._exit(0)
    os.close(write)
    deadline = time.monotonic() + after
    told = b""
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([read], [], [], left)[0]:
            break
        part = os.read(read, 1 << 16)
        if not part:
            break
        told += part
    ended = os.waitpid(child, os.WNOHANG)[0] == child
    if not ended:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    while part := os.read(read, 1 << 16):
        told += part
    os.close(read)
    return [line for line in told.decode().split("\n") if line], ended
