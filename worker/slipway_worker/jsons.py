"""JSON as fast as this environment can read and write it.

What is read here is what Python's `json.loads` would make of the same bytes, value by value and type by type, or a
ValueError: the faster parsers refuse a few texts that Python takes (a byte order mark, lone surrogates, depths beyond
their bound), and such a body then goes through MLflow's own code. MLflow brings pydantic, whose core has a parser of its
own; orjson is used where only that is there. It gives integers beyond 64 bits as floats, which is why no check here takes
a float for an integer.
"""

from __future__ import annotations

import importlib
import json
from typing import Any, Callable


def _parser() -> Callable[[bytes], Any]:
    try:
        import pydantic_core

        # Absent from the oldest versions.
        return pydantic_core.from_json
    except (ImportError, AttributeError):
        pass
    try:
        orjson = importlib.import_module("orjson")

        loads: Callable[[bytes], Any] = orjson.loads
        return loads
    except ImportError:
        return json.loads


def _number_writer() -> Callable[[Any], bytes] | None:
    try:
        import pydantic_core

        return pydantic_core.to_json
    except (ImportError, AttributeError):
        pass
    try:
        orjson = importlib.import_module("orjson")

        dumps: Callable[[Any], bytes] = orjson.dumps
        return dumps
    except ImportError:
        return None


loads: Callable[[bytes], Any] = _parser()
#: Writes (nested) lists of finite numbers faster than Python; None where nothing can.
write_numbers: Callable[[Any], bytes] | None = _number_writer()


def loads_all(text: bytes) -> Any:
    """Whatever Python's own parser takes. Raises ValueError or RecursionError."""
    try:
        return loads(text)
    except ValueError:
        return json.loads(text)
