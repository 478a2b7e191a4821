"""Turns MLflow's exceptions into one clear sentence for the caller, without stack traces or the whole input."""

from __future__ import annotations

import json
import re
import traceback

DETAIL_LENGTH_MAX = 600

_CONVERSION = re.compile(
    r"Failed to convert column (?P<column>.+?) to type '(?P<wanted>.+?)'\.\s*Error: '(?P<why>.*)'", re.DOTALL
)
_INCOMPATIBLE = re.compile(
    r"Incompatible input types for column (?P<column>.+?)\. Can not safely convert (?P<given>\S+) to (?P<wanted>\S+?)\.(?:\s|$)",
    re.DOTALL,
)
_MISSING = re.compile(
    r"Model is missing inputs \[(?P<names>.*?)\]\.(?: Note that there were extra inputs: \[(?P<extra>.*?)\])?",
    re.DOTALL,
)
_DTYPE = re.compile(r"dtype of input (?P<given>\S+) does not match expected dtype (?P<wanted>\S+)")
_SHAPE = re.compile(r"Shape of input (?P<given>\(.*?\)) does not match expected shape (?P<wanted>\(.*?\))")


class Refused(Exception):
    """A request that cannot be understood; the message is the sentence for the caller."""


def is_refused_input(error: BaseException) -> bool:
    """True for what MLflow's own type-hint validation raises: it runs inside `predict` but judges the request."""
    if type(error).__name__ != "MlflowException":
        return False
    frames = traceback.extract_tb(error.__traceback__)
    return any(frame.name.startswith("_validate_data_against_type_hint") for frame in frames) or (
        "Failed to validate data against type hint" in str(error)
    )


def describe_refusal(error: BaseException) -> str:
    """The sentence for a request that MLflow refused: names the column, the expected and the given type where known."""
    broken_json = _find(error, json.JSONDecodeError)
    if isinstance(broken_json, json.JSONDecodeError):
        return (
            f"The body is not valid JSON: {broken_json.msg} at line {broken_json.lineno}, column {broken_json.colno}."
        )
    if _find(error, UnicodeDecodeError) is not None:
        return "The body is not valid UTF-8 text. Encode it as UTF-8."
    text = _message(error)
    if text.startswith("Failed to enforce schema") and isinstance(error.__context__, Exception):
        text = _message(error.__context__)
    return _known(text) or first_sentence(text)


def first_sentence(text: str) -> str:
    """Cuts what MLflow appends to its messages: advice on old protocols, the whole input, stack traces."""
    for mark in ("IMPORTANT:", "\nInput:", "\nTraceback", "See https://", " See `Handling"):
        text = text.split(mark)[0]
    text = " ".join(text.split())
    if len(text) > DETAIL_LENGTH_MAX:
        text = text[:DETAIL_LENGTH_MAX].rstrip() + " …"
    return text or "The model does not accept this input."


def error_line(error: BaseException, length_max: int) -> str:
    """The line that a Python traceback ends with, e.g. `ValueError: bad shape`."""
    lines = "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()
    named = [line for line in lines if line.startswith((type(error).__name__, f"{type(error).__module__}."))]
    line = " ".join((named or lines[-1:])[0].split())
    return line if len(line) <= length_max else line[:length_max].rstrip() + " …"


def _known(text: str) -> str | None:
    if found := _CONVERSION.search(text):
        why = _inner_message(found["why"])
        return f"Column {found['column']!r} must be {found['wanted']}, but a given value cannot be converted: {why}."
    if found := _INCOMPATIBLE.search(text):
        given = "text or mixed values" if found["given"] == "object" else found["given"]
        sentence = f"Column {found['column']!r} must be {found['wanted']}, but the given values are {given}."
        return sentence + (" Give whole numbers without missing values." if "Hint:" in text else "")
    if found := _MISSING.search(text):
        extra = f" Not known to the model: {found['extra']}." if found["extra"] else ""
        return f"The input lacks the columns {found['names']}.{extra}"
    if found := _DTYPE.search(text):
        return f"The input tensor must be of type {found['wanted']}, but the given one is {found['given']}."
    if found := _SHAPE.search(text):
        return f"The input tensor must have the shape {found['wanted']}, but the given one has {found['given']}."
    return None


def _inner_message(text: str) -> str:
    """`ValueError("could not convert …")` without the class around it."""
    found = re.match(r"\w+\((['\"])(?P<message>.*?)\1", text, re.DOTALL)
    return " ".join((found["message"] if found else text).split())[:200].rstrip(".")


def _message(error: BaseException) -> str:
    message = getattr(error, "message", None)
    return message if isinstance(message, str) else error_line(error, DETAIL_LENGTH_MAX)


def _find(error: BaseException | None, kind: type) -> BaseException | None:
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, kind):
            return error
        error = error.__cause__ or error.__context__
        seen += 1
    return None
