"""A compiled signature shows a model exactly what MLflow shows it, whatever is sent, and whoever it is sent together with."""

from __future__ import annotations

import json
import random
from typing import Any

import mlflow.pyfunc
import numpy as np
import pandas as pd
import pytest
from kit import Asked, Local
from mlflow.models import Model
from mlflow.models.signature import ModelSignature
from mlflow.types.schema import ColSpec, ParamSchema, ParamSpec, Schema, TensorSpec
from payloads import USUAL, column_body, tensor_body

from slipway_worker.serving import Settings

BODIES = 240
FRAME_MAX = 12


class ShowsRows:
    """Answers for each row all that a model could see of it: values, their types, the types of the columns."""

    def predict(self, data: Any, params: dict[str, Any] | None = None) -> list[str]:
        if isinstance(data, pd.DataFrame):
            assert isinstance(data.index, pd.RangeIndex)
            types = [str(data.columns.dtype), *map(str, data.dtypes)]
            return [repr((types, list(data.columns), _told(row), params)) for row in data.itertuples(index=False)]
        if isinstance(data, dict):
            names, arrays = list(data), list(data.values())
            shown = [[array.dtype.str, array.shape[1:]] for array in arrays]
            return [repr((names, shown, [np.asarray(one).tolist() for one in row], params)) for row in zip(*arrays)]
        return [repr((data.dtype.str, data.shape[1:], np.asarray(row).tolist(), params)) for row in data]


def _told(row: Any) -> list[str]:
    return [f"{type(value).__name__} {value!r}" for value in row]


def pyfunc_model(signature: ModelSignature | None, model: Any = None, **metadata: Any) -> Any:
    """A pyfunc model as MLflow loads it, without a folder."""
    flavors = {"python_function": {"loader_module": "mlflow.pyfunc.model"}}
    meta = Model(signature=signature, flavors=flavors, metadata=metadata or None)
    return mlflow.pyfunc.PyFuncModel(model_meta=meta, model_impl=model or ShowsRows())


def compare(local: Local, bodies: list[str], chance: random.Random) -> int:
    """Sends the bodies in frames; gives how many were answered together with others."""
    together = 0
    while bodies:
        size = chance.randint(1, FRAME_MAX)
        frame, bodies = [Asked(body.encode("utf-8", "surrogatepass")) for body in bodies[:size]], bodies[size:]
        for asked, given in zip(frame, local.ask(frame)):
            expected = local.ask_mlflow(asked)
            assert (given.status, given.body) == (expected.status, expected.body), asked.body
            assert given.meta.get("detail") == expected.meta.get("detail"), asked.body
            together += given.together > 1
    return together


COLUMNS: dict[str, list[str]] = {
    "doubles": ["double"] * 4,
    "floats": ["float"] * 3,
    "longs": ["long"] * 2,
    "integers": ["integer"] * 3,
    "booleans": ["boolean"] * 2,
    "texts": ["string"] * 2,
    "mixed": ["double", "string", "long", "boolean", "float", "double", "integer", "string"],
    "one double": ["double"],
    "one text": ["string"],
    "one long": ["long"],
}


@pytest.mark.parametrize("kinds", COLUMNS.values(), ids=COLUMNS.keys())
def test_columns_reach_the_model_as_mlflow_brings_them(kinds: list[str]) -> None:
    chance = random.Random(json.dumps(kinds))
    names = [f"c{place}" if place else "a name" for place in range(len(kinds))]
    signature = ModelSignature(Schema([ColSpec(kind, name) for kind, name in zip(kinds, names)]))
    local = Local(pyfunc_model(signature), Settings("on"))
    together = compare(local, [column_body(chance, names, kinds) for _ in range(BODIES)], chance)
    assert together > BODIES / 5


@pytest.mark.parametrize("name", [None, "x"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int64", "int32", "uint8", "bool"])
def test_tensors_reach_the_model_as_mlflow_brings_them(dtype: str, name: str | None) -> None:
    chance = random.Random(dtype)
    shape = {"float32": (-1, 3), "float64": (-1,), "int64": (-1, 2, 2)}.get(dtype, (-1, 2))
    usual = {"f": [*USUAL["double"], "1e30"], "i": ["1", "-3", "100"], "u": ["1", "0", "200"], "b": ["true", "false"]}
    local = Local(pyfunc_model(ModelSignature(Schema([TensorSpec(np.dtype(dtype), shape, name)]))), Settings("on"))
    bodies = [tensor_body(chance, shape, name, usual[np.dtype(dtype).kind]) for _ in range(BODIES)]
    assert compare(local, bodies, chance) > BODIES / 5


def test_parameters_keep_their_defaults_and_their_values() -> None:
    params = ParamSchema([ParamSpec("scale", "double", 1.5), ParamSpec("names", "string", ["a"], (-1,))])
    signature = ModelSignature(Schema([ColSpec("double", "x")]), params=params)
    chance = random.Random(1)
    bodies = [column_body(chance, ["x"], ["double"]) for _ in range(60)]
    bodies += [f'{{"inputs": {{"x": [{number}]}}, "params": {{"scale": {number}}}}}' for number in range(10)]
    chance.shuffle(bodies)
    assert compare(Local(pyfunc_model(signature), Settings("on")), bodies, chance) > 10


def test_several_tensors_are_put_together_by_name() -> None:
    specs = [TensorSpec(np.dtype("float32"), (-1, 2), "a"), TensorSpec(np.dtype("int64"), (-1,), "b")]
    local = Local(pyfunc_model(ModelSignature(Schema(specs))), Settings("on"))
    bodies = [f'{{"inputs": {{"b": [{n}], "a": [[{n}.5, 1]]}}}}' for n in range(20)]
    bodies += [
        '{"inputs": {"a": [[1, 2]]}}',
        '{"inputs": {"a": [[1, 2]], "b": [1, 2]}}',
        '{"inputs": {"a": [[1]], "b": [1]}}',
    ]
    assert compare(local, bodies, random.Random(1)) >= 10


@pytest.mark.parametrize("shape", [(-1, -1), (2, 3), (-1, -1, 3)])
def test_tensors_of_a_free_shape_are_predicted_one_by_one(shape: tuple[int, ...]) -> None:
    local = Local(pyfunc_model(ModelSignature(Schema([TensorSpec(np.dtype("float32"), shape)]))), Settings("on"))
    assert local.serving.batching.state["state"] == "off"
    bodies = [
        '{"inputs": [[1, 2], [3, 4]]}',
        '{"inputs": [[1, 2, 3], [3, 4, 5]]}',
        '{"inputs": [[[1, 2, 3]]]}',
        '{"inputs": [1]}',
    ] * 3
    assert compare(local, bodies, random.Random(1)) == 0


UNUSUAL: dict[str, Any] = {
    "none": None,
    "datetime": Schema([ColSpec("datetime", "t"), ColSpec("double", "x")]),
    "binary": Schema([ColSpec("binary", "x")]),
    "unnamed": Schema([ColSpec("double"), ColSpec("double")]),
    "text tensor": Schema([TensorSpec(np.dtype("str"), (-1,))]),
}


@pytest.mark.parametrize("schema", UNUSUAL.values(), ids=UNUSUAL.keys())
def test_an_unusual_signature_is_left_to_mlflow(schema: Any) -> None:
    local = Local(pyfunc_model(schema and ModelSignature(schema)), Settings("on"))
    assert local.serving.batching.state["state"] == "off"
    bodies = ['{"inputs": [[1.0, 2.0]]}', '{"dataframe_split": {"columns": ["t", "x"], "data": [["2024-01-01", 1.5]]}}']
    bodies += ['{"inputs": ["a", "b"]}', '{"dataframe_records": [{"x": "dGV4dA=="}]}', '{"inputs": {"x": [1.5]}}']
    assert compare(local, bodies * 2, random.Random(1)) == 0


def test_optional_columns_may_be_given_or_left_out() -> None:
    schema = Schema([ColSpec("double", "x"), ColSpec("double", "y", required=False)])
    local = Local(pyfunc_model(ModelSignature(schema)), Settings("on"))
    bodies = ['{"dataframe_records": [{"x": 1.5, "y": null}]}', '{"dataframe_records": [{"x": 1.5}]}']
    bodies += ['{"dataframe_records": [{"x": 1, "y": 2}]}', '{"dataframe_records": [{"y": 2}]}']
    assert compare(local, bodies * 5, random.Random(2)) > 3


def test_a_format_that_mlflow_reads_otherwise_is_left_to_mlflow(capfd: pytest.CaptureFixture[str]) -> None:
    local = Local(pyfunc_model(ModelSignature(Schema([ColSpec("double", "x")]))), Settings("on"))
    plan = local.serving.predictor._model.compiled.plan
    assert plan is not None
    # As if a new pandas kept the order of memory, but another type.
    join = plan.join
    plan.join = lambda parts: join(parts).astype("float32")  # type: ignore[method-assign]
    chance = random.Random(1)
    bodies = ['{"dataframe_split": {"columns": ["x"], "data": [[0.1]]}}'] * 10
    assert compare(local, bodies, chance) == 0
    assert "MLflow reads 'dataframe_split' otherwise than expected" in capfd.readouterr().err


def test_a_model_may_write_into_what_it_is_given() -> None:
    class Writes:
        def predict(self, data: Any) -> Any:
            data *= 2
            return data.sum(axis=1)

    signature = ModelSignature(Schema([TensorSpec(np.dtype("float64"), (-1, 2))]))
    bodies = [f'{{"inputs": [[{number}, 1]]}}' for number in range(12)]
    assert compare(Local(pyfunc_model(signature, Writes()), Settings("on")), bodies, random.Random(1)) > 0
