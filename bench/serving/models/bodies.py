"""Writes the same rows down in every protocol that a side of the benchmark speaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from mlflow.types import Schema

Render = Callable[[list[Any], Schema], bytes]


def mlflow_body(rows: list[Any], schema: Schema) -> bytes:
    """MLflow's scoring protocol: a DataFrame as `split`, a tensor as `inputs`."""
    if schema.is_tensor_spec():
        return as_json({"inputs": rows})
    return as_json({"dataframe_split": {"columns": schema.input_names(), "data": rows}})


def rows_body(rows: list[Any], schema: Schema) -> bytes:
    """Bare rows, for a server whose own code knows what they mean."""
    return as_json({"rows": rows})


def v2_body(rows: list[Any], schema: Schema) -> bytes:
    """Open Inference Protocol V2 as JSON: a column is an input, or the tensor is the one input."""
    if schema.is_tensor_spec():
        shape = list(np.asarray(rows).shape)
        values = np.asarray(rows).ravel().tolist()
        return as_json({"inputs": [{"name": "input-0", "shape": shape, "datatype": "FP32", "data": values}]})
    columns = [
        {"name": name, "shape": [len(rows), 1], **v2_column([row[index] for row in rows])}
        for index, name in enumerate(schema.input_names())
    ]
    return as_json({"parameters": {"content_type": "pd"}, "inputs": columns})


def v2_binary_body(rows: list[Any], schema: Schema) -> bytes:
    """V2 with the tensor as raw bytes behind the JSON, whose length stands in the first eight bytes (not sent)."""
    tensor = np.asarray(rows, dtype="<f4")
    head = as_json(
        {
            "inputs": [
                {
                    "name": "input-0",
                    "shape": list(tensor.shape),
                    "datatype": "FP32",
                    "parameters": {"binary_data_size": tensor.nbytes},
                }
            ]
        }
    )
    return len(head).to_bytes(8, "little") + head + tensor.tobytes()


def v2_column(values: list[Any]) -> dict[str, Any]:
    """Type and values of one column."""
    if isinstance(values[0], str):
        return {"datatype": "BYTES", "parameters": {"content_type": "str"}, "data": values}
    return {"datatype": "FP64", "data": values}


def as_json(value: Any) -> bytes:
    """JSON as clients send it, without spaces."""
    return json.dumps(value, separators=(",", ":")).encode()


def protocols(schema: Schema) -> dict[str, Render]:
    """By name, what can express inputs of this schema."""
    common: dict[str, Render] = {"mlflow": mlflow_body, "rows": rows_body, "v2": v2_body}
    return {**common, "v2-binary": v2_binary_body} if schema.is_tensor_spec() else common
