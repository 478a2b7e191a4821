"""A batch cannot be observed: not by its rows, not by who sent them, not by what fails in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import mlflow.pyfunc
import numpy as np
import pandas as pd
import pytest
from kit import Asked, Given, Local
from mlflow.models.signature import ModelSignature
from mlflow.types.schema import ColSpec, Schema, TensorSpec
from test_compiled import pyfunc_model

from slipway_worker import batch_check, batching, caller, smoke_test
from slipway_worker.request import Request
from slipway_worker.serving import Settings

ON = Settings("on")
ONE_COLUMN = ModelSignature(Schema([ColSpec("double", "x")]))


class Counts:
    """Notes how many rows each call had, and answers what it is told to."""

    def __init__(self, answer: Callable[[pd.Series], Any]) -> None:
        self.calls: list[int] = []
        self._answer = answer

    def predict(self, data: Any) -> Any:
        self.calls.append(len(data))
        return self._answer(data["x"])


def x(*values: Any, client: str | None = None) -> Asked:
    return Asked(
        json.dumps({"dataframe_split": {"columns": ["x"], "data": [[value] for value in values]}}).encode(),
        client=client,
    )


def a_local(answer: Callable[[pd.Series], Any], settings: Settings = ON) -> tuple[Local, Counts]:
    """A model whose one format has been proven."""
    counts = Counts(answer)
    local = Local(pyfunc_model(ONE_COLUMN, counts), settings)
    local.ask([x(1.0)])
    counts.calls.clear()
    return local, counts


def told(answers: list[Given]) -> list[Any]:
    return [answer.json()["predictions"] if answer.status == 200 else answer.status for answer in answers]


def double(column: pd.Series) -> Any:
    return (column * 2).tolist()


def refuse_negative(column: pd.Series) -> Any:
    if (column < 0).any():
        raise ValueError("x must not be negative")
    return double(column)


def alone_only(column: pd.Series) -> Any:
    if len(column) > 1:
        raise ValueError("one at a time")
    return double(column)


def test_each_request_gets_the_answers_of_its_own_rows_in_one_call() -> None:
    local, counts = a_local(double)
    answers = local.ask([x(1.0), x(2.0, 3.0), x(4.0)])
    assert told(answers) == [[2.0], [4.0, 6.0], [8.0]] and counts.calls == [4]
    assert {(answer.together, answer.rows) for answer in answers} == {(3, 4)}


def test_a_request_that_mlflow_has_to_read_goes_alone_beside_a_batch() -> None:
    local, counts = a_local(double)
    answers = local.ask([x(1.0), x(True), x("text"), Asked(b"{"), x(4.0), Asked(b"x\n7\n", content_type="text/csv")])
    assert told(answers) == [[2.0], [2.0], 400, 400, [8.0], [14.0]]
    assert counts.calls == [2, 1, 1]


def test_a_request_that_fails_in_the_model_touches_no_other() -> None:
    local, _ = a_local(refuse_negative)
    for _ in range(20):
        answers = local.ask([x(1.0), x(-1.0), x(3.0)])
        assert told(answers) == [[2.0], 500, [6.0]]
        assert answers[1].meta["detail"] == "The model raised ValueError: x must not be negative"
    # What failed explains why the batch failed: others may go on coming together.
    assert local.serving.batching.is_on


def test_a_model_that_fails_only_together_is_soon_asked_one_by_one() -> None:
    local, counts = a_local(alone_only)
    reported = []
    for _ in range(batching.FAILED_IN_A_ROW_MAX + 1):
        answers = local.ask([x(1.0), x(2.0)])
        assert told(answers) == [[2.0], [4.0]]
        reported += [answer.batching for answer in answers if answer.batching]
    assert [state["state"] for state in reported] == ["off"] and "ValueError" in reported[0]["reason"]
    assert counts.calls == [2, 1, 1] * batching.FAILED_IN_A_ROW_MAX + [1, 1]


def test_failures_that_come_again_and_again_stop_batching_too() -> None:
    failing = {"now": False}
    local, _ = a_local(lambda column: alone_only(column) if failing["now"] else double(column))
    for count in range(batching.FAILED_MAX):
        assert local.serving.batching.is_on, count
        for failing["now"] in (True, False):
            assert told(local.ask([x(1.0), x(2.0)])) == [[2.0], [4.0]]
    assert not local.serving.batching.is_on


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda column: {"sum": 1}, "it answers a dict, which has no rows"),
        (lambda column: [1.0], "it answers 1 predictions for 2 rows"),
        (lambda column: np.float64(1), "it answers a float64, which has no rows"),
    ],
)
def test_answers_that_belong_to_no_rows_stop_batching_at_once(answer: Callable[[Any], Any], reason: str) -> None:
    local, counts = a_local(answer)
    local.ask([x(1.0), x(2.0)])
    assert not local.serving.batching.is_on and reason in local.serving.batching.reason
    assert counts.calls == [2, 1, 1]


def test_requests_that_are_not_wanted_any_more_are_not_predicted() -> None:
    local, counts = a_local(double)

    def begin(requests: list[Request]) -> list[Request]:
        return [request for request in requests if request.id != 1]

    answers = local.ask([x(1.0), x(2.0), x(3.0), x(True)], begin)
    assert [answer.meta["id"] for answer in answers] == [0, 2, 3] and counts.calls == [2, 1]
    assert local.ask([x(1.0), x(2.0), x(3.0)], lambda _: []) == []


def test_rows_are_bounded_as_well_as_requests() -> None:
    local, counts = a_local(double, Settings("on", rows_max=3))
    assert told(local.ask([x(1.0)] * 5 + [x(*[1.0] * 7), x(1.0)]))[5] == [2.0] * 7
    assert counts.calls == [3, 2, 7, 1]


# Callers


def test_a_model_that_asks_is_told_of_one_client_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caller, "_asked", False)
    told_of: list[caller.Caller] = []

    def answer(column: pd.Series) -> Any:
        told_of.append(caller.current())
        return [f"{caller.current().client} {value}" for value in column]

    local, counts = a_local(answer)
    sent = [x(1.0, client="ada"), x(2.0, client="bo"), x(3.0, client="ada"), x(4.0)]
    assert told(local.ask(sent)) == [["ada 1.0"], ["bo 2.0"], ["ada 3.0"], ["None 4.0"]]
    assert counts.calls == [2, 1, 1]
    assert [(one.client, one.request_id) for one in told_of[1:]] == [("ada", "r0 r2"), ("bo", "r1"), (None, "r3")]


@pytest.mark.parametrize("swallows", [False, True])
def test_the_first_time_a_model_asks_among_several_clients_it_is_asked_anew(
    monkeypatch: pytest.MonkeyPatch, swallows: bool
) -> None:
    monkeypatch.setattr(caller, "_asked", False)

    def answer(column: pd.Series) -> Any:
        if (column < 5).all():
            return double(column)
        try:
            return [caller.current().client] * len(column)
        except Exception:
            if not swallows:
                raise
            return ["somebody"] * len(column)

    local, counts = a_local(answer)
    few = [x(1.0, client="ada"), x(2.0, client="bo")]
    assert told(local.ask(few)) == [[2.0], [4.0]] and counts.calls == [2]
    counts.calls.clear()
    many = [x(7.0, client="ada"), x(8.0, client="bo"), x(9.0, client="ada")]
    assert told(local.ask(many)) == [["ada"], ["bo"], ["ada"]] and counts.calls == [3, 1, 1, 1]
    counts.calls.clear()
    assert told(local.ask(many)) == [["ada"], ["bo"], ["ada"]] and counts.calls == [2, 1]
    assert local.serving.batching.is_on


# What is known before, and what a check finds


@pytest.mark.parametrize(
    ("settings", "metadata", "state", "reason"),
    [
        ("auto", {}, "off", "models loaded by mlflow.pyfunc.model are not known to predict row by row"),
        ("auto", {"slipway.batching": "on"}, "on", "The model says so in its metadata"),
        ("auto", {"slipway.batching": True}, "on", "The model says so in its metadata"),
        ("auto", {"slipway.batching": "off"}, "off", "The model says so in its metadata"),
        ("off", {"slipway.batching": "on"}, "off", "Turned off for this deployment"),
        ("on", {"slipway.batching": "off"}, "on", "Turned on for this deployment"),
    ],
)
def test_the_deployment_decides_then_the_model_then_its_flavour(
    settings: str, metadata: dict[str, Any], state: str, reason: str
) -> None:
    found = Local(pyfunc_model(ONE_COLUMN, **metadata), Settings(settings)).serving.batching.state
    assert found["state"] == state and reason in found["reason"]


EXAMPLE = x(1.0, 2.0, 4.0).body


def mean(column: pd.Series) -> Any:
    return (column - column.mean()).tolist()


@pytest.mark.parametrize("example", [EXAMPLE, x(1.0).body])
def test_a_check_finds_a_model_that_mixes_rows(example: bytes) -> None:
    state = a_local(mean)[0].check(example)
    assert state["state"] == "off" and "The same row was answered 0.0 by itself" in state["reason"]


def test_a_check_finds_a_model_that_takes_one_row_only() -> None:
    state = a_local(alone_only)[0].check(EXAMPLE)
    assert state == {"state": "on", "reason": "Turned on for this deployment."}  # its example fails: nothing is known
    state = a_local(alone_only)[0].check(x(1.0).body)
    assert state["state"] == "off" and "failed together, but not each by itself: ValueError" in state["reason"]


@pytest.mark.parametrize("answer", [double, refuse_negative, lambda column: np.sqrt(column.to_numpy())])
def test_a_check_leaves_a_model_that_predicts_rows_alone(answer: Callable[[Any], Any]) -> None:
    local, _ = a_local(answer)
    assert local.check(EXAMPLE)["state"] == "on"
    assert told(local.ask([x(1.0), x(4.0)])) == told([local.ask_mlflow(x(1.0)), local.ask_mlflow(x(4.0))])


def test_a_check_says_nothing_of_a_model_that_answers_as_it_likes() -> None:
    numbers = iter(range(1000))
    local, _ = a_local(lambda column: [float(next(numbers)) for _ in column])
    assert local.check(EXAMPLE)["state"] == "on"


def test_a_check_finds_that_mlflow_answers_otherwise(models: Path) -> None:
    local, _ = a_local(double)
    model = local.serving.predictor._model
    enforced = model._entry.predict_enforced
    model._entry.predict_enforced = lambda data: enforced(data + 1)  # type: ignore[method-assign]
    state = local.check(EXAMPLE)
    assert state["state"] == "off" and "MLflow's own code" in state["reason"]
    assert told(local.ask([x(1.0), x(2.0)])) == [[2.0], [4.0]]


def test_a_check_finds_answers_that_belong_to_no_rows() -> None:
    state = a_local(lambda column: {"sum": 1})[0].check(EXAMPLE)
    assert state == {
        "state": "off",
        "reason": "The model's answers do not belong to rows: it answers a dict, which has no rows.",
    }


def test_a_check_does_not_keep_a_slow_model_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_check, "EXAMPLE_SECONDS_MAX", 0.0)
    local, counts = a_local(mean)
    assert local.check(EXAMPLE)["state"] == "on" and counts.calls == [3]


@pytest.mark.parametrize("body", [b"{", x("text").body, b'{"dataframe_records": [{"y": 1}]}'])
def test_a_check_of_what_the_model_refuses_changes_nothing(body: bytes) -> None:
    assert a_local(double)[0].check(body)["state"] == "on"


def test_a_check_finds_tensors_that_are_mixed() -> None:
    class Softmax:
        def predict(self, data: Any) -> Any:
            return data / data.sum()

    signature = ModelSignature(Schema([TensorSpec(np.dtype("float32"), (-1, 2))]))
    local = Local(pyfunc_model(signature, Softmax()), Settings("on"))
    state = local.check(b'{"inputs": [[1.0, 2.0], [3.0, 4.0]]}')
    assert state["state"] == "off" and "The same row" in state["reason"]


def test_the_sample_models_pass_their_check(models: Path) -> None:
    model = mlflow.pyfunc.load_model(str(models / "iris"))
    example = smoke_test.find(model, str(models / "iris"))
    assert example is not None
    assert Local(model).check(example["body"].encode()) == {"state": "on", "reason": "The model predicts row by row."}
