"""Looks whether it makes a difference that rows are predicted together, or that a signature is compiled: on an example.

It finds a model that mixes its rows where that shows on the example, and proves nothing where it finds none.
"""

from __future__ import annotations

import json
import math
import time
from typing import Any

from slipway_worker.answers import Answer
from slipway_worker.batching import Batching
from slipway_worker.encode import Unsplittable
from slipway_worker.plan import Part
from slipway_worker.problems import error_line
from slipway_worker.questions import Question
from slipway_worker.served_model import ServedModel

ROWS_MAX = 8
#: A model that takes longer for its example is not asked again and again: a deployment waits for the check.
EXAMPLE_SECONDS_MAX = 2.0
#: With so many rows, and so much for the time they take, the check stays within some ten seconds.
_ROW_SECONDS = 2.0
#: What the order of additions may change in a model that calculates with 32 bits.
_RELATIVE, _ABSOLUTE = 1e-4, 1e-6


def check_batches(model: ServedModel, batching: Batching, question: Question) -> None:
    """Asks the model several times, and gives up what makes a difference."""
    part = question.part
    started = time.monotonic()
    long = model.score(question)
    seconds = time.monotonic() - started
    if long.status != 200 or part is None or seconds > EXAMPLE_SECONDS_MAX:
        return
    if model.proofs.is_trusted(part.form) is None:
        model.tell(question)
    short = model.tell(question).answer
    if not _is_same_answer(long, short):
        if _is_same_answer(long, model.score(question)):  # else it answers as it likes: nothing can be compared
            model.proofs.distrust()
            batching.stop(
                "Its example was answered otherwise than by MLflow's own code, which is therefore used for all requests."
            )
        return
    if batching.is_on and model.proofs.is_trusted(part.form):
        rows = max(2, min(ROWS_MAX, int(_ROW_SECONDS / max(seconds, 1e-6))))
        difference = _find_difference(model, model.rows(part, rows), model.rows(model.varied(part), rows))
        if difference is not None:
            batching.stop(difference)


def _find_difference(model: ServedModel, rows: list[Part], varied: list[Part]) -> str | None:
    """In which way rows are answered otherwise together than one by one."""
    try:
        alone = [_predict(model, [row]) for row in rows]
    except Unsplittable as error:
        return f"The model's answers do not belong to rows: {error}."
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


def _is_same_answer(one: Answer, other: Answer) -> bool:
    if one.status != 200 or other.status != 200:
        return one.status == other.status
    return _is_same(json.loads(one.body), json.loads(other.body))


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
