"""Whichever parser there is, it reads what Python's reads, or refuses."""

from __future__ import annotations

import importlib
import json
import random
from typing import Any, Callable

import pytest
from payloads import ODD, USUAL, column_body

TEXTS = [text for texts in (*USUAL.values(), ODD) for text in texts]
TEXTS += [
    "{",
    "[1,]",
    "[01]",
    "[1.]",
    "[.5]",
    "+1",
    "--1",
    "nan",
    "'a'",
    '{"a": 1, "a": 2}',
    '"\x01"',
    "[1]\x00",
    " [1] \n",
    "1" * 40,
    "0." + "1" * 40,
]
TEXTS += [
    '"\\ud83d\\ude00"',
    "[" * 150 + "]" * 150,
    "[" * 5000 + "]" * 5000,
    "",
    " ",
    "\ufeff[1]",
    "2.2250738585072011e-308",
    "5e-324",
    "9e-325",
]


@pytest.fixture(params=["pydantic_core", "orjson"])
def parse(request: pytest.FixtureRequest) -> Callable[[bytes], Any]:
    try:
        module = importlib.import_module(request.param)
    except ImportError:
        pytest.skip(f"{request.param} is not installed")
    found: Callable[[bytes], Any] = module.from_json if request.param == "pydantic_core" else module.loads
    return found


def test_a_fast_parser_reads_what_python_reads_or_refuses(parse: Callable[[bytes], Any]) -> None:
    chance = random.Random(1)
    read = 0
    texts = TEXTS + [column_body(chance, ["a", "é"], ["double", "string"]) for _ in range(300)]
    texts += [_spoil(chance, text) for text in texts for _ in range(10)]
    for text in texts:
        body = text.encode("utf-8", "surrogatepass")
        try:
            found = parse(body)
        except ValueError:
            continue
        assert _told(found) == _told(json.loads(body)), text
        read += 1
    assert read > len(texts) / 4


def test_every_float_is_read_to_its_last_bit(parse: Callable[[bytes], Any]) -> None:
    chance = random.Random(2)
    for _ in range(20_000):
        number = chance.uniform(-1, 1) * 10.0 ** chance.randint(-320, 308)
        text = chance.choice([repr(number), f"{number:.25e}", f"{number:.12g}"])
        assert parse(text.encode()) == json.loads(text), text


def _told(value: Any) -> Any:
    """The value with its types. An integer beyond 64 bits may be a float: nothing takes a float for an integer."""
    if isinstance(value, list):
        return list(map(_told, value))
    if isinstance(value, dict):
        return {key: _told(one) for key, one in value.items()}
    if type(value) is int and abs(value) >= 2**63:
        return ("float", repr(float(value))) if abs(value) < 2**1023 else "large"
    return (
        (type(value).__name__, repr(value))
        if not isinstance(value, float) or abs(value) < 2**63
        else ("float", repr(value))
    )


def _spoil(chance: random.Random, text: str) -> str:
    place = chance.randrange(len(text) + 1)
    return (
        text[:place]
        + chance.choice([*'{}[],:"\\ \t0159-+.eEtnN\x00\x7f', "\\u12", "null", "é", ""])
        + text[place + chance.choice([0, 1]) :]
    )
