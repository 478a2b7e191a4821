"""Finds a body to try a freshly loaded model with: the saved example, else made from the signature, else from the
model's own number of features. None where nothing is known; a guess is never presented as an example."""

from __future__ import annotations

import json
import os
from typing import Any

TENSOR_VALUES_MAX = 4_000_000
BODY_BYTES_MAX = 16 * 1024 * 1024

_PLAUSIBLE: dict[str, Any] = {
    "boolean": True,
    "integer": 1,
    "long": 1,
    "float": 1.0,
    "double": 1.0,
    "string": "text",
    "binary": "dGV4dA==",
    "datetime": "2024-01-01T00:00:00",
}


def find(model: Any, folder: str) -> dict[str, str] | None:
    """The smoke test of a loaded pyfunc model, as `workerEventSchema` has it."""
    for origin, make in (("input example", _from_example), ("signature", _from_signature), ("model", _from_features)):
        try:
            body = make(model, folder)
        except Exception as error:  # noqa: BLE001  an unreadable example or unknown type leaves the next source
            print(f"slipway: no smoke test from the {origin}: {type(error).__name__}: {error}")
            continue
        if body is not None and len(body) <= BODY_BYTES_MAX:
            return {"contentType": "application/json", "body": body, "from": origin}
    return None


def _from_example(model: Any, folder: str) -> str | None:
    example = getattr(model.metadata, "saved_input_example_info", None)
    if not example:
        return None
    serving_path = example.get("serving_input_path")
    if serving_path:
        return _read(folder, serving_path)
    content = json.loads(_read(folder, example["artifact_path"]))
    kind = example.get("type")
    if kind == "dataframe":
        orient = example.get("pandas_orient", "split")
        body: dict[str, Any] = {f"dataframe_{orient}": content}
    elif kind == "ndarray":
        # MLflow saves arrays as a scoring body already.
        body = content if isinstance(content, dict) and set(content) <= {"inputs", "instances"} else {"inputs": content}
    elif kind == "json_object":
        body = {"inputs": content}
    else:
        return None
    return json.dumps(body)


def _read(folder: str, name: str) -> str:
    path = os.path.realpath(os.path.join(folder, name))
    if not path.startswith(os.path.realpath(folder) + os.sep):
        raise ValueError(f"{name} lies outside the model")
    with open(path, encoding="utf-8") as file:
        return file.read()


def _from_signature(model: Any, _folder: str) -> str | None:
    schema = model.metadata.get_input_schema()
    if schema is None or not schema.inputs:
        return None
    if schema.is_tensor_spec():
        if schema.has_input_names():
            return json.dumps({"inputs": {spec.name: _tensor(spec) for spec in schema.inputs}})
        return json.dumps({"inputs": _tensor(schema.inputs[0])})
    row = [_value(spec.type.to_dict() if hasattr(spec.type, "to_dict") else spec.type.name) for spec in schema.inputs]
    split: dict[str, Any] = {"data": [row]}
    if schema.has_input_names():
        split["columns"] = schema.input_names()
    return json.dumps({"dataframe_split": split})


def _value(kind: Any) -> Any:
    """A plausible value of an MLflow type: a name, or a dictionary for arrays, objects and maps."""
    if isinstance(kind, str):
        return _PLAUSIBLE[kind]
    name = kind["type"]
    if name == "array":
        return [_value(_nested(kind["items"]))]
    if name == "object":
        return {key: _value(_nested(entry)) for key, entry in kind["properties"].items()}
    if name == "map":
        return {"key": _value(_nested(kind["values"]))}
    return _PLAUSIBLE[name]


def _nested(kind: dict[str, Any]) -> Any:
    return kind if kind["type"] in ("array", "object", "map") else kind["type"]


def _tensor(spec: Any) -> Any:
    shape = [1 if size == -1 else size for size in spec.shape]
    count = 1
    for size in shape:
        count *= size
    if count > TENSOR_VALUES_MAX:
        raise ValueError(f"a tensor of {count} values is too large to try")
    kind = spec.type.kind
    zero: Any = {"b": False, "U": "text", "O": "text", "S": "text", "i": 0, "u": 0}.get(kind, 0.0)
    return _filled(shape, zero)


def _filled(shape: list[int], value: Any) -> Any:
    return [_filled(shape[1:], value) for _ in range(shape[0])] if shape else value


def _from_features(model: Any, _folder: str) -> str | None:
    """For models without a signature that know their features, as scikit-learn's do."""
    raw = _unwrapped(model)
    count = getattr(raw, "n_features_in_", None)
    if not isinstance(count, int) or count < 1:
        return None
    names = getattr(raw, "feature_names_in_", None)
    if names is None:
        return json.dumps({"inputs": [[0.0] * count]})
    return json.dumps({"dataframe_split": {"columns": [str(name) for name in names], "data": [[0.0] * count]}})


def _unwrapped(model: Any) -> Any:
    inner = getattr(model, "_model_impl", None)
    for name in ("sklearn_model", "xgb_model", "lgb_model"):
        if hasattr(inner, name):
            return getattr(inner, name)
    return inner
