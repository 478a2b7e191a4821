"""Requests as their protocols are read: what is asked of the model, and how its answer is to be written."""

from __future__ import annotations

import functools
from typing import Any, Callable, NamedTuple, Optional, Protocol

from slipway_worker import jsons, number_rows
from slipway_worker.answers import JSON, Answer
from slipway_worker.encode import Predictions
from slipway_worker.plan import Part, Plan
from slipway_worker.request import Request

#: Writes the predictions of some rows; None: all of them, whatever they are.
Encode = Callable[[Predictions, Optional[slice]], Answer]


class Question(NamedTuple):
    """What a request asks of the model."""

    request: Request
    #: Read by the compiled signature; None where MLflow's own code has to read `scoring_body`.
    part: Part | None
    encode: Encode
    #: The same question as a body of MLflow's scoring protocol.
    scoring_body: Callable[[], bytes]
    scoring_type: str


class Reader(Protocol):
    """One protocol."""

    def read(self, request: Request) -> Question | Answer:
        """What a request asks; an answer, where that cannot be understood."""


class ScoringReader:
    """MLflow's scoring protocol: a body is MLflow's business, but where the compiled signature can read it."""

    def __init__(self, plan: Plan | None) -> None:
        self._plan = plan

    def read(self, request: Request) -> Question:
        """See `Reader.read`."""
        part = None
        if self._plan is not None and is_json(request.content_type):
            part = read_body(self._plan, request.body)
        return Question(request, part, encode_scoring, lambda: bytes(request.body), request.content_type)


def encode_scoring(predictions: Predictions, rows: slice | None) -> Answer:
    """MLflow's answer."""
    return Answer(200, JSON, predictions.json(rows))


def read_body(plan: Plan, body: bytes | memoryview) -> Part | None:
    """What a JSON body asks for; None when only MLflow's own code can tell."""
    rows = number_rows.read(body, plan.number_forms)
    part = None if rows is None else plan.read_number_rows(rows)
    if part is not None:
        return part
    try:
        document: Any = jsons.loads(bytes(body))
    except (ValueError, RecursionError):
        return None
    return plan.read(document)


@functools.lru_cache(maxsize=64)
def is_json(content_type: str) -> bool:
    """Whether MLflow takes a content type for JSON in UTF-8, without anything else to it."""
    mime, *parameters = (part.strip() for part in content_type.split(";"))
    charsets = [
        value.lower() for name, _, value in (parameter.partition("=") for parameter in parameters) if name == "charset"
    ]
    return mime == JSON and len(charsets) == len(parameters) and set(charsets) <= {"utf-8"}
