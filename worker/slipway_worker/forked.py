"""From a fork of the template to a replica: everything that a process started for itself would have is made its own."""

from __future__ import annotations

import ctypes
import gc
import os
import random
import signal
import socket
import sys
import tempfile
import traceback
from typing import Any, NoReturn

from slipway_worker import process

#: Standard input, output and error, and the events.
STREAMS = (0, 1, 2, 3)


def become_replica(order: dict[str, Any]) -> NoReturn:
    """Runs the worker in this process, which was forked a moment ago, and ends with it."""
    code = 1
    try:
        connect_streams(order["streams"])
        process.die_when_input_ends()
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        settle_in(order["folder"], order["environment"])
        sow_random_numbers()
        arguments: list[str] = order["arguments"]
        set_title([command_line()[0], "-m", "slipway_worker", *arguments])
        gc.enable()

        from slipway_worker import __main__ as worker

        sys.argv = [str(worker.__file__), *arguments]
        sys.modules["__main__"] = worker
        code = worker.main()
        sys.stdout.flush()
        sys.stderr.flush()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:  # noqa: BLE001  nothing may get back into the template's code
        traceback.print_exc()
    finally:
        os._exit(code)


def connect_streams(path: str) -> None:
    """Replaces the template's pipes by connections to the data plane. Each says with its first byte which stream it is."""
    for number in STREAMS:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(path)
        connection.sendall(str(number).encode())
        os.dup2(connection.fileno(), number)
        connection.close()


def settle_in(folder: str, environment: dict[str, str]) -> None:
    """Its own folder is home, place of temporary files and first place to import from."""
    os.chdir(folder)
    os.environ.update(environment)
    tempfile.tempdir = None
    sys.path.insert(0, folder)


def sow_random_numbers() -> None:
    """Children of one template would draw the same numbers; Python sees to its own generator only where it forks."""
    random.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.seed()


def clear_title_room() -> None:
    """Takes the filler out of the command line that `set_title` needs for its room."""
    set_title([word for word in command_line() if not word.startswith("--room")])


def command_line() -> list[str]:
    """The words that this process was started with; Python before 3.10 does not keep them all."""
    try:
        with open("/proc/self/cmdline", encoding="utf-8", errors="surrogateescape") as file:
            return file.read().rstrip("\0").split("\0")
    except OSError:
        return [sys.executable]


def set_title(words: list[str]) -> None:
    """Overwrites the command line that the system shows of this process, as far as there is room."""
    place = title_place()
    if place is None:
        return
    start, size = place
    text = b"\0".join(word.encode("utf-8", "surrogateescape") for word in words)[: size - 1]
    ctypes.memmove(start, text.ljust(size, b"\0"), size)


def title_place() -> tuple[int, int] | None:
    """Where Linux keeps the command line, and how long it is."""
    try:
        with open("/proc/self/stat", encoding="utf-8", errors="replace") as file:
            # The name in parentheses may hold anything; fields 48 and 49 are the 46th and 47th after it.
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    start, end = int(fields[45]), int(fields[46])
    return (start, end - start) if end > start > 0 else None
