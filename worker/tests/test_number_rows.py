"""Long bodies of numbers are read as `json.loads` and `numpy.array` read them, or not at all."""

from __future__ import annotations

import json
import random
import string
from pathlib import Path
from typing import Any

import mlflow.pyfunc
import numpy as np
import pytest
from kit import Asked, Local
from mlflow.models import ModelSignature
from mlflow.types.schema import ColSpec, Schema, TensorSpec

from slipway_worker import number_rows
from slipway_worker.columns import ColumnPlan
from slipway_worker.tensors import Tensor, TensorPlan

FILL = " " * number_rows._BYTES_MIN
NUMBERS = ["0", "-0", "0.1", "-0.0", "1e22", "1e23", "123456789012345678", "18446744073709551615", "1e-400", "5e-324"]
ODD = ["null", "true", '"1"', "[1]", "[]", "{}", "1e400", "18446744073709551616", "NaN", "Infinity", "01", "", '"["']


def text_of(form: str, rows: list[list[str]], columns: str = '["a", "b"]') -> bytes:
    """A body that is long enough, whatever it holds."""
    data = "[" + ",".join(f"[{','.join(row)}]" for row in rows) + "]"
    if form == "dataframe_split":
        data = f'{{"columns": {columns}, "data": {data}}}'
    return f'{{"{form}": {FILL}{data}}}'.encode()


@pytest.mark.parametrize("form", ["inputs", "instances", "dataframe_split"])
def test_numbers_are_read_as_python_reads_them(form: str) -> None:
    chance = random.Random(form)
    for _ in range(300):
        width = chance.randint(1, 5)
        rows = [[number(chance) for _ in range(width)] for _ in range(chance.randint(1, 6))]
        body = text_of(form, rows, json.dumps([f"c{place}" for place in range(width)]))
        found = read(memoryview(body))
        assert found is not None
        document = json.loads(body)[form]
        expected = document["data"] if form == "dataframe_split" else document
        assert found.values.tobytes() == np.array(expected, np.float64).tobytes()
        assert found.columns == (document["columns"] if form == "dataframe_split" else None)


def test_anything_else_is_not_read() -> None:
    chance = random.Random(7)
    for odd in ODD:
        for _ in range(20):
            rows = [["1", "2"] for _ in range(4)]
            rows[chance.randrange(4)][chance.randrange(2)] = odd
            assert read(text_of("inputs", rows)) is None, odd
    for rows in ([["1", "2"], ["3"]], [["1", "[2]"], ["3", "4"]], [["[1", "2]"], ["3", "4"]], [[], []], []):
        assert read(text_of("inputs", rows)) is None, rows
    for body in (
        f'{{"inputs": [[1]], "params": {{}}{FILL}}}',
        f'{{"inputs": [[1]], "inputs": [[2]]{FILL}}}',
        f'{{"other": [[1]]{FILL}}}',
        f'{{"inputs": [1, 2]{FILL}}}',
        f'{{"inputs": 1{FILL}}}',
        f'{{"inputs": {{"a": [1]}}{FILL}}}',
        f'{{"dataframe_split": [[1]]{FILL}}}',
        f'{{"dataframe_split": {{"columns": "a", "data": [[1]]}}{FILL}}}',
        f'{{"dataframe_split": {{"data": [[1]], "index": [1]}}{FILL}}}',
        f'{{"dataframe_split": {{"columns": ["a"], "data": [[1]], "index": [0]}}{FILL}}}',
        f"[[1]]{FILL}",
        f'\ufeff{{"inputs": [[1]]{FILL}}}',
        f'{{"inputs": [[1]]{FILL}',
    ):
        assert read(body.encode()) is None, body
    assert read(b'{"inputs": [[1]]}') is None  # short
    assert number_rows.read(text_of("inputs", [["1"]]), {b"dataframe_split"}) is None
    assert number_rows.read(text_of("inputs", [["1"]]), set()) is None


def test_random_text_is_read_as_python_reads_it_or_not_at_all() -> None:
    chance = random.Random(11)
    read_count = 0
    for _ in range(3_000):
        text = list(text_of("inputs", [[number(chance) for _ in range(3)] for _ in range(3)]).decode())
        for _ in range(chance.randint(0, 2)):
            text[chance.randrange(len(text))] = chance.choice('[]{},:.-+eE019 "' + string.ascii_letters)
        body = "".join(text).encode()
        found = read(body)
        if found is not None:
            read_count += 1
            assert found.values.tobytes() == np.array(json.loads(body)[found.form], np.float64).tobytes()
    assert read_count > 500


def test_what_was_read_stays_when_more_is_read() -> None:
    first = read(text_of("inputs", [["1", "2"]]))
    assert first is not None
    for value in range(50):
        read(text_of("inputs", [[str(value)] * 100] * 100))
    assert first.values.tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_plans_make_the_same_part_of_it(dtype: Any) -> None:
    chance = random.Random(3)
    kind = "float" if dtype is np.float32 else "double"
    plans = [TensorPlan([Tensor(None, np.dtype(dtype), (-1, 3))]), ColumnPlan(["a", "b", "c"], [kind] * 3)]
    forms = ["inputs", "dataframe_split"]
    for _ in range(200):
        rows = [[number(chance) for _ in range(3)] for _ in range(chance.randint(1, 4))]
        for plan, form in zip(plans, forms):
            body = text_of(form, rows, json.dumps(chance.sample(["a", "b", "c"], 3)))
            found = read(body)
            assert found is not None
            fast, slow = plan.read_number_rows(found), plan.read(json.loads(body))
            if fast is not None:
                assert slow is not None and fast.rows == slow.rows and fast.form != slow.form
                assert fast.values[0].dtype == slow.values[0].dtype
                assert fast.values[0].tolist() == slow.values[0].tolist()


@pytest.mark.parametrize("is_tensor", [True, False])
def test_answers_are_those_of_mlflows_own_code(is_tensor: bool, tmp_path: Path) -> None:
    width = 40
    names = [f"c{place}" for place in range(width)]
    inputs = (
        [TensorSpec(np.dtype(np.float32), (-1, width))] if is_tensor else [ColSpec("double", name) for name in names]
    )
    local = Local(summing(ModelSignature(inputs=Schema(inputs)), tmp_path / "model"))
    chance = random.Random(5)
    for count in (1, 1, 6):
        asked = []
        for _ in range(count):
            rows = [[round(chance.gauss(0, 9), 5) for _ in range(width)] for _ in range(3)]
            body = {"inputs": rows} if is_tensor else {"dataframe_split": {"columns": names, "data": rows}}
            asked.append(Asked(json.dumps(body).encode()))
        for one, given in zip(asked, local.ask(asked)):
            assert (given.status, given.json()) == (200, local.ask_mlflow(one).json())
    proofs = local.serving.predictor._model.proofs
    assert proofs.is_trusted(f"{'inputs' if is_tensor else 'dataframe_split'} of numbers") is True


def summing(signature: ModelSignature, folder: Path) -> Any:
    """A model that adds up each row."""

    class Sums(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
        def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
            return np.asarray(model_input).sum(axis=1)

    mlflow.pyfunc.save_model(folder, python_model=Sums(), signature=signature, pip_requirements=["numpy"])
    return mlflow.pyfunc.load_model(folder)


def read(body: bytes | memoryview) -> number_rows.NumberRows | None:
    """What is read where every form is wanted."""
    return number_rows.read(body, {b"inputs", b"instances", b"dataframe_split"})


def number(chance: random.Random) -> str:
    """Any number that fits into 64 bits."""
    if chance.random() < 0.2:
        return chance.choice(NUMBERS)
    if chance.random() < 0.3:
        return str(chance.randint(-(10**9), 10**9))
    return repr(chance.gauss(0, 1) * 10 ** chance.randint(-20, 20))
