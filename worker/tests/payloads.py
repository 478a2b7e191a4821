"""Random bodies for a signature: usual ones and odd ones, always the same for a seed."""

from __future__ import annotations

import json
import random

#: What JSON texts may stand where a value of a type is wanted: ordinary ones, several times, then odd ones.
USUAL: dict[str, list[str]] = {
    "double": ["1.5", "2", "-0.25", "1e-3", "0", "-7", "1e300", "null", "123456789.125"],
    "float": ["1.5", "2", "-0.25", "0.1", "0", "-7", "16777217", "null", "3.4e38"],
    "long": ["1", "0", "-5", "9007199254740993", "9223372036854775807", "-9223372036854775808"],
    "integer": ["1", "0", "-5", "2147483647", "-2147483648"],
    "boolean": ["true", "false"],
    "string": ['"a"', '""', '"Ünïcode"', '"two words"', '"\\u0041"', '"1.5"', '"a\\u0000b"'],
}
ODD = [
    "true",
    "false",
    "null",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    '"1.5"',
    '"x"',
    '""',
    '"a\\u0000"',
    "-0",
    "-0.0",
]
ODD += [
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "9223372036854775808",
    "2147483648",
    "1" + "0" * 400,
]
ODD += [
    "1.0",
    "1.7",
    "16777217.5",
    "1e39",
    "[1]",
    "[]",
    "{}",
    '{"a": 1}',
    "1e-400",
    "36893488147419103233",
    '"\\ud800"',
]


def column_body(chance: random.Random, names: list[str], kinds: list[str]) -> str:
    """A body for a signature of columns."""
    odd = chance.random() < 0.4
    count = chance.choice([1, 1, 1, 2, 3, 5])
    rows = [[_value(chance, kind, odd and chance.random() < 0.3) for kind in kinds] for _ in range(count)]
    order = list(range(len(names)))
    if chance.random() < 0.2:
        chance.shuffle(order)
    columns = [names[place] for place in order]
    rows = [[row[place] for place in order] for row in rows]
    twist = chance.random() if chance.random() < 0.25 else 1.0
    if twist < 0.15:
        columns, rows = columns[1:], [row[1:] for row in rows]
    elif twist < 0.3:
        columns, rows = [*columns, "extra"], [[*row, "1"] for row in rows]
    elif twist < 0.4:
        columns, rows = [*columns, columns[0]], [[*row, row[0]] for row in rows]
    elif twist < 0.5:
        rows[-1] = rows[-1][1:]
    elif twist < 0.6:
        rows = []
    form = chance.choice(
        ["split", "split", "split", "records", "records", "inputs", "instances", "input rows", "instance rows"]
    )
    body = _column_text(form, columns, rows, chance.choice(["", "", "", '"index": [7], ']) if twist < 0.7 else "")
    if chance.random() < 0.06:
        body = chance.choice(_SPOILT)(body)
    return body


def tensor_body(chance: random.Random, shape: tuple[int, ...], name: str | None, usual: list[str]) -> str:
    """A body for a signature of one tensor, whose `shape` begins with -1."""
    odd = chance.random() < 0.4
    sizes = [chance.choice([1, 1, 2, 4]), *shape[1:]]
    if odd and chance.random() < 0.3:
        place = chance.randrange(len(sizes))
        sizes[place] = chance.choice([0, 1, sizes[place] + 1])
    if odd and chance.random() < 0.2:
        sizes = chance.choice([sizes[1:], [*sizes, 1]])
    nested = _nested(chance, sizes, usual, odd)
    content = nested if name is None else f"{{{json.dumps(name)}: {nested}}}"
    body = f'{{"{chance.choice(["inputs", "inputs", "instances"])}": {content}}}'
    return chance.choice(_SPOILT)(body) if chance.random() < 0.06 else body


def _value(chance: random.Random, kind: str, is_odd: bool) -> str:
    return chance.choice(ODD if is_odd else USUAL[kind])


def _nested(chance: random.Random, sizes: list[int], usual: list[str], odd: bool) -> str:
    if not sizes:
        return chance.choice(ODD) if odd and chance.random() < 0.1 else chance.choice(usual)
    return "[" + ", ".join(_nested(chance, sizes[1:], usual, odd) for _ in range(sizes[0])) + "]"


def _column_text(form: str, columns: list[str], rows: list[list[str]], index: str) -> str:
    if form == "split":
        data = ", ".join(f"[{', '.join(row)}]" for row in rows)
        return f'{{"dataframe_split": {{{index}"columns": {json.dumps(columns)}, "data": [{data}]}}}}'
    if form in ("inputs", "instances"):
        listed = ", ".join(
            f"{json.dumps(name)}: [{', '.join(row[place] for row in rows if place < len(row))}]"
            for place, name in enumerate(columns)
        )
        return f'{{"{form}": {{{listed}}}}}'
    key = {"records": "dataframe_records", "input rows": "inputs", "instance rows": "instances"}[form]
    records = ", ".join(
        "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in zip(columns, row)) + "}" for row in rows
    )
    return f'{{"{key}": [{records}]}}'


_SPOILT = [
    lambda body: body[:-1],
    lambda body: body + "x",
    lambda body: "[" + body + "]",
    lambda body: body[:-1] + ', "params": {"scale": 2.0}}',
    lambda body: body[:-1] + ', "params": null}',
    lambda body: body[:-1] + ', "other": 1}',
    lambda body: body[:-1] + ', "inputs": [1]}',
    lambda body: body[:-1] + ', "messages": []}',
    lambda body: body[:-1] + ", " + body[1:],
    lambda body: body.replace("[[", "[", 1),
    lambda body: "\ufeff" + body,
]
