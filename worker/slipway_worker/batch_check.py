"""Looks whether it makes a difference that rows are predicted together, or that a signature is compiled: on an example.

It finds a model that mixes its rows where that shows on the example, and proves nothing where it finds none.
"""

from __future__ import annotations

import json
import math
from typing import Any

from slipway_worker.batching import Batching
from slipway_worker.plan import Part
from slipway_worker.problems import error_line
from slipway_worker.questions import Question
from slipway_worker.served_model import ServedModel

ROWS_MAX = 8
#: What the order of additions may change in a model that calculates with 32 bits.
_RELATIVE, _ABSOLUTE = 1e-4, 1e-6


def check_batches(model: ServedModel, batching: Batching, question: Question) -> None:
    """Asks the model several times, and gives up what makes a difference."""
    first, again = model.score(question), model.score(question)
    if first.status != 200 or question.part is None:
        return
    if not _is_same(json.loads(first.body), json.loads(again.body)):
        return  # it answers as it likes: nothing can be compared
    model.tell(question)
    short = model.tell(question).answer
    if short.status != 200 or not _is_same(json.loads(first.body), json.loads(short.body)):
        model.proofs.distrust()
        batching.stop(
            "Its example was answered otherwise than by MLflow's own code, which is therefore used for all requests."
        )
        return
    if batching.is_on and model.proofs.is_trusted(question.part.form):
        difference = _find_difference(model, question.part)
        if difference is not None:
            batching.stop(difference)


def _find_difference(model: ServedModel, example: Part) -> str | None:
    """In which way rows of the example are answered otherwise together than one by one."""
    rows = model.rows(example)[:ROWS_MAX]
    varied = model.rows(model.varied(example))[:ROWS_MAX]
    try:
        alone = [_predict(model, [row]) for row in rows]
    except Exception:  # noqa: BLE001  not even one row can be predicted: nothing to compare
        return None
    try:
        alone_varied = [_predict(model, [row]) for row in varied]
    except Exception:  # noqa: BLE001  made-up values are none that this model takes
        varied, alone_varied = [], []
    try:
        together = _predict(model, rows + varied)
    except Exception as error:  # noqa: BLE001  that is the difference
        return f"The rows of its example failed together, but not each by itself: {error_line(error, 200)}."
    apart = [answer for answers in alone + alone_varied for answer in answers]
    if len(apart) != len(together):
        return f"{len(rows) + len(varied)} rows gave {len(together)} answers together, but {len(apart)} one by one."
    for one, other in zip(apart, together):
        if not _is_same(one, other):
            return f"The same row was answered {_short(one)} by itself, but {_short(other)} among others."
    return None


def _predict(model: ServedModel, parts: list[Part]) -> list[Any]:
    predictions = model.predict(parts)
    predictions.require_rows(sum(part.rows for part in parts))
    answers: list[Any] = json.loads(predictions.json(None))["predictions"]
    return answers


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        if not isinstance(one, (int, float)) or not isinstance(other, (int, float)):
            return False
        both_missing = math.isnan(one) and math.isnan(other)
        return both_missing or math.isclose(one, other, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(one[key], other[key]) for key in one)
    return type(one) is type(other) and bool(one == other)


def _short(answer: Any) -> str:
    text = json.dumps(answer)
    return text if len(text) <= 60 else text[:60] + " …"
