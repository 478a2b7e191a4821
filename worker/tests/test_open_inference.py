"""The Open Inference Protocol: tensors in, the model's own answers out as tensors, and refusals that say what is wrong."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path
from typing import Any

import mlflow.pyfunc
import numpy as np
import pandas as pd
import pytest
from kit import Asked, Given, Local
from mlflow.models.signature import ModelSignature
from mlflow.types.schema import Array, ColSpec, DataType, ParamSchema, ParamSpec, Schema, TensorSpec
from test_compiled import ShowsRows, pyfunc_model

from slipway_worker.serving import Settings

NAMED = Settings("on", name="flowers", version="7")


def v2(inputs: list[dict[str, Any]], binary: bytes = b"", **more: Any) -> Asked:
    head = json.dumps({"inputs": inputs, **more}).encode()
    return Asked(head + binary, "v2/infer", json_bytes=len(head) if binary else None)


def tensor(name: str, datatype: str, shape: list[int], data: Any, **parameters: Any) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": shape, "data": data, "parameters": parameters}


def raw(name: str, datatype: str, shape: list[int], size: int) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": shape, "parameters": {"binary_data_size": size}}


def columns_model(*kinds: tuple[str, Any], model: Any = None, params: ParamSchema | None = None) -> Local:
    schema = Schema([ColSpec(kind, name) for name, kind in kinds])
    return Local(pyfunc_model(ModelSignature(schema, params=params), model), NAMED)


def tensor_model(dtype: str, shape: tuple[int, ...], model: Any = None, name: str | None = None) -> Local:
    return Local(pyfunc_model(ModelSignature(Schema([TensorSpec(np.dtype(dtype), shape, name)])), model), NAMED)


class Sums:
    """Sums the numbers of each row, in a type of its own."""

    def __init__(self, make: Any = lambda sums: sums) -> None:
        self._make = make

    def predict(self, data: Any) -> Any:
        rows = np.asarray(data)
        return self._make(rows.reshape(len(rows), -1).sum(axis=1))


def output(given: Given) -> dict[str, Any]:
    assert given.status == 200, given.meta
    (one,) = given.json()["outputs"]
    return dict(one)


@pytest.fixture(scope="module")
def iris(models: Path) -> Local:
    return Local(mlflow.pyfunc.load_model(str(models / "iris")), NAMED)


def flower_tensors(rows: pd.DataFrame, **shape: Any) -> list[dict[str, Any]]:
    return [tensor(name, "FP64", [len(rows), *shape.get("more", [])], rows[name].tolist()) for name in rows.columns]


def test_one_tensor_a_column_answers_what_the_scoring_protocol_answers(iris: Local, rows: pd.DataFrame) -> None:
    expected = iris.ask_mlflow(Asked(json.dumps({"dataframe_records": rows.to_dict(orient="records")}).encode()))
    asked = [v2(flower_tensors(rows), id="a"), v2(flower_tensors(rows, more=[1])[::-1])]
    for given in iris.ask(asked) + iris.ask(asked):
        assert output(given)["data"] == expected.json()["predictions"]
    first = iris.ask(asked)[0].json()
    assert {name: first[name] for name in ("model_name", "model_version", "id")} == {
        "model_name": "flowers",
        "model_version": "7",
        "id": "a",
    }
    assert first["outputs"][0] | {"data": []} == {"name": "output-0", "shape": [10], "datatype": "INT64", "data": []}
    assert "id" not in iris.ask(asked)[1].json()


def test_all_columns_may_come_as_one_tensor(iris: Local, rows: pd.DataFrame) -> None:
    expected = output(iris.ask([v2(flower_tensors(rows))])[0])
    values = rows.to_numpy()
    nested = v2([tensor("input-0", "FP64", [10, 4], values.tolist())])
    flat = v2([tensor("input-0", "FP64", [10, 4], values.ravel().tolist())])
    binary = v2([raw("input-0", "FP64", [10, 4], values.nbytes)], values.tobytes())
    assert [output(given) for given in iris.ask([nested, flat, binary])] == [expected] * 3


def test_requests_of_all_protocols_are_one_batch(iris: Local, rows: pd.DataFrame) -> None:
    scoring = Asked(json.dumps({"dataframe_records": rows.to_dict(orient="records")}).encode())
    seldon = Asked(json.dumps({"data": {"ndarray": rows.to_numpy().tolist()}}).encode(), "seldon/predictions")
    frame = [v2(flower_tensors(rows)), scoring, seldon]
    iris.ask(frame)
    assert [(given.status, given.together, given.rows) for given in iris.ask(frame)] == [(200, 3, 30)] * 3


KINDS: list[tuple[str, str, list[Any]]] = [
    ("double", "FP64", [1.5, None]),
    ("double", "FP32", [1.5, 2.0]),
    ("double", "INT64", [1, 2]),
    ("float", "FP64", [0.1, 2]),
    ("float", "UINT8", [1, 255]),
    ("long", "INT64", [2**53 + 1, -1]),
    ("long", "INT8", [1, 2]),
    ("integer", "INT32", [1, 2]),
    ("integer", "UINT16", [1, 65535]),
    ("boolean", "BOOL", [True, False]),
    ("string", "BYTES", ["Graz", "Kyōto"]),
    ("string", "BYTES", ["", "a\0"]),
    ("datetime", "BYTES", ["2024-01-02T00:00:00", "2024-01-03T04:05:06"]),
    ("binary", "BYTES", ["dGV4dA==", ""]),
]


@pytest.mark.parametrize(("kind", "datatype", "values"), KINDS)
def test_a_column_reaches_the_model_as_from_json(kind: str, datatype: str, values: list[Any]) -> None:
    local = columns_model(("a", kind), ("b", kind))
    body = json.dumps({"dataframe_split": {"columns": ["a", "b"], "data": [[value, value] for value in values]}})
    expected = local.ask_mlflow(Asked(body.encode())).json()["predictions"]
    asked = v2([tensor("b", datatype, [2], values), tensor("a", datatype, [2, 1], values)])
    for given in local.ask([asked]) + local.ask([asked, asked]):
        assert output(given) == {"name": "output-0", "datatype": "BYTES", "shape": [2], "data": expected}


@pytest.mark.parametrize(
    ("datatype", "numpy", "values"),
    [
        ("FP16", "float16", [1.5, 2]),
        ("FP32", "float32", [0.1, 2]),
        ("FP64", "float64", [0.1, 2]),
        ("INT8", "int8", [-1, 2]),
        ("INT64", "int64", [2**62, 2]),
        ("UINT32", "uint32", [2**32 - 1, 2]),
        ("UINT64", "uint64", [2**64 - 1, 2]),
        ("BOOL", "bool", [True, False]),
    ],
)
def test_a_tensor_reaches_the_model_in_every_type_and_both_ways(datatype: str, numpy: str, values: list[Any]) -> None:
    local = tensor_model(numpy, (-1, 2))
    body = json.dumps({"inputs": [values, values[::-1]]}).encode()
    expected = local.ask_mlflow(Asked(body)).json()["predictions"]
    array = np.array([values, values[::-1]], numpy)
    binary = v2([raw("x", datatype, [2, 2], array.nbytes)], array.tobytes())
    as_json = v2([tensor("any name", datatype, [2, 2], array.tolist())])
    flat = v2([tensor("x", datatype, [2, 2], array.ravel().tolist())])
    for given in local.ask([binary]) + local.ask([binary, as_json, flat, binary]):
        assert output(given)["data"] == expected
    assert {given.together for given in local.ask([binary] * 3)} == {3}


def test_numbers_are_converted_where_nothing_is_lost_but_digits() -> None:
    local = tensor_model("float32", (-1, 2), Sums())
    wide, whole = np.array([[0.1, 0.2]]), np.array([[1, 2]], np.uint8)
    asked = [v2([raw("x", "FP64", [1, 2], 16)], wide.tobytes()), v2([raw("x", "UINT8", [1, 2], 2)], whole.tobytes())]
    sums = [output(given)["data"][0] for given in local.ask(asked)]
    assert sums == [pytest.approx(0.3, rel=1e-6), 3.0]
    bytes_model = tensor_model("uint8", (-1, 2), Sums())
    fits = bytes_model.ask([v2([raw("x", "INT64", [1, 2], 16)], np.array([[1, 255]]).tobytes())])[0]
    assert output(fits)["data"] == [256]
    for asked_too_large in (
        v2([raw("x", "INT64", [1, 2], 16)], np.array([[1, 256]]).tobytes()),
        v2([tensor("x", "INT64", [1, 2], [1, -1])]),
    ):
        given = bytes_model.ask([asked_too_large])[0]
        assert given.status == 400 and "do not fit into UINT8" in given.meta["detail"]


def test_texts_come_and_go_as_raw_bytes() -> None:
    class Greets:
        def predict(self, data: Any) -> Any:
            return np.array([f"hello {name}" for name in data["name"]])

    local = columns_model(("name", "string"), model=Greets())
    texts = ["Zoë", "", "a longer name"]
    packed = b"".join(struct.pack("<I", len(text.encode())) + text.encode() for text in texts)
    asked = v2([raw("name", "BYTES", [3], len(packed))], packed, parameters={"binary_data_output": True})
    for given in local.ask([asked]) + local.ask([asked, asked]):
        size = given.meta["jsonBytes"]
        (told,) = json.loads(given.body[:size])["outputs"]
        assert given.meta["contentType"] == "application/octet-stream"
        assert told == {
            "name": "output-0",
            "shape": [3],
            "datatype": "BYTES",
            "parameters": {"binary_data_size": len(given.body) - size},
        }
        rest = given.body[size:]
        found = []
        while rest:
            length = struct.unpack_from("<I", rest)[0]
            found.append(rest[4 : 4 + length].decode())
            rest = rest[4 + length :]
        assert found == [f"hello {text}" for text in texts]


def test_numbers_go_as_raw_bytes_where_it_is_asked_for() -> None:
    local = tensor_model("float32", (-1, 2), Sums(lambda sums: np.stack([sums, -sums], axis=1)))
    data = tensor("x", "FP32", [2, 2], [1, 2, 3, 4])
    for more in (
        {"outputs": [{"name": "y", "parameters": {"binary_data": True}}]},
        {"parameters": {"binary_data_output": True}},
    ):
        given = local.ask([v2([data], **more)])[0]
        size = given.meta["jsonBytes"]
        (told,) = json.loads(given.body[:size])["outputs"]
        assert (told["datatype"], told["shape"], told["parameters"]) == ("FP32", [2, 2], {"binary_data_size": 16})
        assert np.frombuffer(given.body[size:], "<f4").tolist() == [3, -3, 7, -7]
    asked = v2(
        [data], outputs=[{"name": "y", "parameters": {"binary_data": False}}], parameters={"binary_data_output": True}
    )
    assert output(local.ask([asked])[0]) == {"name": "y", "shape": [2, 2], "datatype": "FP32", "data": [3, -3, 7, -7]}


OUTPUTS: dict[str, tuple[Any, list[dict[str, Any]]]] = {
    "list": (lambda sums: sums.tolist(), [{"name": "output-0", "datatype": "FP64", "shape": [2], "data": [3, 7]}]),
    "whole numbers": (
        lambda sums: [int(one) for one in sums],
        [{"name": "output-0", "datatype": "INT64", "shape": [2], "data": [3, 7]}],
    ),
    "booleans": (
        lambda sums: sums > 5,
        [{"name": "output-0", "datatype": "BOOL", "shape": [2], "data": [False, True]}],
    ),
    "texts": (lambda sums: ["a"] * 2, [{"name": "output-0", "datatype": "BYTES", "shape": [2], "data": ["a", "a"]}]),
    "objects": (
        lambda sums: [{"a": 1}, None],
        [{"name": "output-0", "datatype": "BYTES", "shape": [2], "data": ['{"a": 1}', "null"]}],
    ),
    "mixed": (lambda sums: [1, "a"], [{"name": "output-0", "datatype": "BYTES", "shape": [2], "data": ["1", "a"]}]),
    "ragged": (
        lambda sums: [[1], [1, 2]],
        [{"name": "output-0", "datatype": "BYTES", "shape": [2], "data": ["[1]", "[1, 2]"]}],
    ),
    "missing": (
        lambda sums: np.array([np.nan, 1.5]),
        [{"name": "output-0", "datatype": "FP64", "shape": [2], "data": [None, 1.5]}],
    ),
    "half": (
        lambda sums: sums.astype("float16"),
        [{"name": "output-0", "datatype": "FP16", "shape": [2], "data": [3, 7]}],
    ),
    "object array": (
        lambda sums: np.array([3, 7], dtype=object),
        [{"name": "output-0", "datatype": "INT64", "shape": [2], "data": [3, 7]}],
    ),
    "named series": (
        lambda sums: pd.Series(sums, name="total"),
        [{"name": "total", "datatype": "FP64", "shape": [2], "data": [3, 7]}],
    ),
    "dates": (
        lambda sums: np.array(["2024-01-02", "2024-01-03"], "M8[D]"),
        [{"name": "output-0", "datatype": "BYTES", "shape": [2], "data": ["2024-01-02", "2024-01-03"]}],
    ),
    "bytes": (
        lambda sums: [b"text", b"\xff"],
        [
            {
                "name": "output-0",
                "datatype": "BYTES",
                "shape": [2],
                "data": ["text", base64.encodebytes(b"\xff").decode()],
            }
        ],
    ),
    "number": (lambda sums: 1.5, [{"name": "output-0", "datatype": "FP64", "shape": [1], "data": [1.5]}]),
    "text": (lambda sums: "a", [{"name": "output-0", "datatype": "BYTES", "shape": [1], "data": ["a"]}]),
    "frame": (
        lambda sums: pd.DataFrame({"total": sums, "name": ["a", "b"]}),
        [
            {"name": "total", "datatype": "FP64", "shape": [2], "data": [3, 7]},
            {"name": "name", "datatype": "BYTES", "shape": [2], "data": ["a", "b"]},
        ],
    ),
    "dict": (
        lambda sums: {"total": sums, "count": 2},
        [
            {"name": "total", "datatype": "FP64", "shape": [2], "data": [3, 7]},
            {"name": "count", "datatype": "INT64", "shape": [1], "data": [2]},
        ],
    ),
}


@pytest.mark.parametrize(("make", "expected"), OUTPUTS.values(), ids=OUTPUTS.keys())
def test_whatever_a_model_answers_becomes_tensors(make: Any, expected: list[dict[str, Any]]) -> None:
    local = tensor_model("float64", (-1, 2), Sums(make))
    asked = v2([tensor("x", "FP64", [2, 2], [1, 2, 3, 4])])
    for given in local.ask([asked]) + local.ask([asked]):
        assert given.json()["outputs"] == expected


def test_wanted_outputs_are_chosen_by_name() -> None:
    local = tensor_model("float64", (-1, 2), Sums(lambda sums: pd.DataFrame({"a": sums, "b": -sums})))
    data = [tensor("x", "FP64", [1, 2], [1, 2])]
    assert output(local.ask([v2(data, outputs=[{"name": "b"}])])[0])["data"] == [-3]
    given = local.ask([v2(data, outputs=[{"name": "c"}])])[0]
    assert (given.status, given.meta["detail"]) == (400, "The model has no output 'c'; it has 'a', 'b'.")


def test_an_output_that_the_signature_names_has_that_name() -> None:
    signature = ModelSignature(Schema([ColSpec("double", "x")]), Schema([ColSpec("double", "total")]))
    local = Local(pyfunc_model(signature, Sums()), NAMED)
    assert output(local.ask([v2([tensor("x", "FP64", [1], [1])])])[0])["name"] == "total"


def test_parameters_of_the_signature_reach_the_model() -> None:
    class Scales:
        def predict(self, data: Any, params: dict[str, Any]) -> Any:
            return data["x"] * params["scale"]

    params = ParamSchema([ParamSpec("scale", "double", 2.0)])
    local = columns_model(("x", "double"), model=Scales(), params=params)
    data = [tensor("x", "FP64", [1], [3])]
    asked = [v2(data), v2(data, parameters={"scale": 10, "content_type": "pd"}), v2(data, parameters={"scale": "wide"})]
    answers = local.ask(asked)
    assert [output(given)["data"] for given in answers[:2]] == [[6.0], [30.0]]
    assert answers[2].status == 400 and "scale" in answers[2].meta["detail"]


def test_named_tensors_are_a_dictionary() -> None:
    specs = [TensorSpec(np.dtype("float32"), (-1, 2), "a"), TensorSpec(np.dtype("int64"), (-1,), "b")]
    local = Local(pyfunc_model(ModelSignature(Schema(specs))), NAMED)
    expected = local.ask_mlflow(Asked(b'{"inputs": {"a": [[1, 2]], "b": [3]}}')).json()["predictions"]
    asked = v2([tensor("b", "INT64", [1], [3]), tensor("a", "FP32", [1, 2], [1, 2]), tensor("c", "INT64", [1], [3])])
    for given in local.ask([asked]) + local.ask([asked, asked]):
        assert output(given)["data"] == expected
    given = local.ask([v2([tensor("b", "INT64", [1], [3])])])[0]
    assert (given.status, given.meta["detail"]) == (400, "The input lacks the tensors 'a'.")


def test_without_a_signature_tensors_are_an_array_or_columns() -> None:
    class Shows(ShowsRows):
        def predict(self, data: Any, params: Any = None) -> Any:
            return [type(data).__name__, *super().predict(data, params)]

    local = Local(pyfunc_model(None, Shows()), NAMED)
    one, two = tensor("a", "FP64", [2], [1.5, 2]), tensor("b", "BYTES", [2, 1], ["x", "y"])
    kinds = [
        output(given)["data"][0]
        for given in local.ask([v2([one]), v2([one, two]), v2([one], parameters={"content_type": "pd"})])
    ]
    assert kinds == ["ndarray", "DataFrame", "DataFrame"]


REFUSED: list[tuple[Asked, str]] = [
    (Asked(b"{not json", "v2/infer"), "The body is not valid JSON: Expecting property name"),
    (Asked(b"[1]", "v2/infer"), "The body must be a JSON object."),
    (v2([]), "'inputs' must be a list of at least one tensor."),
    (Asked(b'{"inputs": [3]}', "v2/infer"), "must be an object with a 'name'"),
    (v2([tensor("x", "FP128", [1], [1])]), "The tensor 'x' must have a 'datatype' of FP16, FP32"),
    (v2([tensor("x", "FP64", [-1], [1])]), "The tensor 'x' must have a 'shape'"),
    (v2([tensor("x", "FP64", [2], [1])]), "The tensor 'x' must have 2 elements by its shape, but 1 are given."),
    (v2([tensor("x", "FP64", [1], ["1.5"])]), "The tensor 'x' is declared FP64, but holds \"1.5\"."),
    (v2([tensor("x", "FP64", [2], [1, [2]])]), "ragged"),
    (v2([tensor("x", "INT64", [1], [1.5])]), "The tensor 'x' is declared INT64, but holds 1.5."),
    (v2([{"name": "x", "datatype": "FP64", "shape": [1]}]), "The tensor 'x' must have 'data'"),
    (v2([tensor("x", "BYTES", [1], ["a"])]), "Column 'x' must be double, but the given tensor is BYTES."),
    (v2([tensor("x", "BOOL", [1], [True])]), "Column 'x' must be double, but the given tensor is BOOL."),
    (
        v2([tensor("y", "FP64", [1], [1]), tensor("z", "FP64", [1], [1])]),
        "The input lacks the columns 'x'. Not known to the model: 'y', 'z'.",
    ),
    (v2([tensor("x", "FP64", [1, 2], [1, 2])]), "its shape must be [n] or [n, 1], not [1, 2]"),
    (
        v2([tensor("x", "FP64", [1], [1]), tensor("z", "FP64", [2], [1, 2])]),
        "The tensor 'z' has 2 rows, but 'x' has 1.",
    ),
    (v2([tensor("x", "FP64", [1], [1])] * 2), "The tensor 'x' is given 2 times."),
    (v2([raw("x", "FP64", [1], 8)]), "the header Inference-Header-Content-Length"),
    (v2([raw("x", "FP64", [2], 8)], bytes(8)), "of 2 FP64 must have 16 bytes, but its binary_data_size is 8"),
    (v2([raw("x", "FP64", [1], 8)], bytes(9)), "9 bytes follow the JSON"),
    (v2([raw("x", "BYTES", [1], 6)], b"\x09\0\0\0ab"), "ends within an element"),
    (v2([tensor("x", "FP64", [1], [1])], outputs=["y"]), "'outputs' must be a list of objects"),
    (v2([tensor("x", "FP64", [1], [1])], parameters=[1]), "'parameters' must be an object."),
    (v2([])._replace(json_bytes=100), "but the body has only"),
]


@pytest.mark.parametrize(("asked", "detail"), REFUSED, ids=[detail for _, detail in REFUSED])
def test_a_request_that_cannot_be_understood_is_400_and_says_why(asked: Asked, detail: str) -> None:
    given = columns_model(("x", "double")).ask([asked])[0]
    assert (given.status, given.meta["code"]) == (400, "invalid_input")
    assert detail in given.meta["detail"]


@pytest.mark.parametrize(
    ("tensors", "detail"),
    [
        (
            [tensor("x", "FP32", [1, 3], [1, 2, 3])],
            "The tensor must have the shape [-1, 2], but the given one has [1, 3].",
        ),
        ([tensor("x", "FP32", [2], [1, 2])], "The tensor must have the shape [-1, 2], but the given one has [2]."),
        ([tensor("x", "BYTES", [1, 2], ["a", "b"])], "The tensor must be of type float32, but the given one is BYTES."),
        (
            [tensor("x", "FP32", [1, 2], [1, 2]), tensor("y", "FP32", [1], [1])],
            "The model takes one tensor, but 2 are given.",
        ),
    ],
)
def test_a_tensor_of_another_type_or_shape_is_told(tensors: list[dict[str, Any]], detail: str) -> None:
    given = tensor_model("float32", (-1, 2)).ask([v2(tensors)])[0]
    assert (given.status, given.meta["detail"]) == (400, detail)


def test_columns_that_no_tensor_can_hold_are_told() -> None:
    given = columns_model(("x", Array(DataType.double))).ask([v2([tensor("x", "FP64", [1], [1])])])[0]
    assert given.status == 400 and "Column 'x' is of type Array(double)" in given.meta["detail"]


def test_texts_that_are_none_are_told() -> None:
    packed = struct.pack("<I", 2) + b"\xff\xfe"
    given = columns_model(("x", "string")).ask([v2([raw("x", "BYTES", [1], len(packed))], packed)])[0]
    assert (given.status, given.meta["detail"]) == (400, "The BYTES of the tensor 'x' are not text in UTF-8.")


def test_a_model_that_fails_is_500_with_the_error_line() -> None:
    class Fails:
        def predict(self, data: Any) -> Any:
            raise ValueError("no")

    local = columns_model(("x", "double"), model=Fails())
    asked = v2([tensor("x", "FP64", [1], [1])])
    for given in local.ask([asked]) + local.ask([asked, asked]):
        assert (given.status, given.meta["detail"]) == (500, "The model raised ValueError: no")
