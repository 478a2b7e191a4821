"""Which modules the files of a model name, found without loading anything: a template imports them before the model's first start.

Pickles are read as the list of instructions that they are, and none is carried out. What cannot be read names nothing; what
is not named here is learned from the first replica.
"""

from __future__ import annotations

import json
import os
import pickletools
import sys
import time
import zipfile
from collections.abc import Iterator
from typing import IO, Any

PICKLES = (".pkl", ".pickle", ".cloudpickle", ".joblib")
ARCHIVES = (".skops",)
FILE_BYTES_MAX = 256 * 1024 * 1024
SECONDS_MAX = 3.0
MODULES_MAX = 1000


def named_modules(folder: str) -> list[str]:
    """The modules that the model's files name, each once, in the order in which they are met."""
    found: dict[str, None] = {}
    deadline = time.monotonic() + SECONDS_MAX
    for path in sorted(model_files(folder)):
        try:
            for name in names_in(path, deadline):
                if all(part.isidentifier() for part in name.split(".")):
                    found[name] = None
                if len(found) >= MODULES_MAX or time.monotonic() > deadline:
                    return list(found)
        except Exception as error:  # noqa: BLE001  a damaged file is told by the one who loads it
            print(f"{os.path.basename(path)} names no modules: {type(error).__name__}: {error}", file=sys.stderr)
    return list(found)


def model_files(folder: str) -> Iterator[str]:
    """The files that may name modules."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            if name.endswith(PICKLES + ARCHIVES) and os.path.getsize(path) <= FILE_BYTES_MAX:
                yield path


def names_in(path: str, deadline: float) -> Iterator[str]:
    """The modules that one file names, as far as it is read until the deadline."""
    if path.endswith(ARCHIVES):
        yield "skops.io"  # what reads it
        with zipfile.ZipFile(path) as archive:
            yield from names_in_schema(json.loads(archive.read("schema.json")))
    else:
        with open(path, "rb") as file:
            yield from names_in_pickle(file, deadline)


def names_in_pickle(file: IO[bytes], deadline: float) -> Iterator[str]:
    """The modules that a pickle takes classes and functions from."""
    texts: list[str] = []
    memo: dict[int, str | None] = {}
    is_text = False
    for opcode, argument, _ in pickletools.genops(file):
        if time.monotonic() > deadline:
            return
        name = opcode.name
        if name == "MEMOIZE":
            memo[len(memo)] = texts[-1] if is_text else None
        elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
            memo[argument] = texts[-1] if is_text else None
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            text = memo.get(argument)
            is_text = text is not None
            if text is not None:
                texts.append(text)
        elif name in ("GLOBAL", "INST"):
            yield str(argument).split(" ", 1)[0]
            is_text = False
        elif name == "STACK_GLOBAL":
            if len(texts) > 1:
                yield texts[-2]
            is_text = False
        else:
            is_text = isinstance(argument, str)
            if is_text:
                texts = [*texts[-1:], argument]


def names_in_schema(entry: Any) -> Iterator[str]:
    """The modules in the description that a skops file begins with."""
    if isinstance(entry, dict):
        for key, value in entry.items():
            if key == "__module__" and isinstance(value, str):
                yield value
            else:
                yield from names_in_schema(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from names_in_schema(value)
