"""The Open Inference Protocol V2: tensors become what the model's signature asks for, and its predictions tensors again.

A signature of columns takes one tensor a column, of shape [n] or [n, 1], by name; or one of shape [n, columns] for all of
them, by place. One of tensors takes them by name, a nameless tensor under any name. Without a signature one tensor is an
array; several, or any number under the content type `pd`, are the columns of a DataFrame.
"""

from __future__ import annotations

import base64
import functools
import json
from typing import Any

import pandas as pd

from slipway_worker import jsons, problems
from slipway_worker.answers import JSON, Answer, refusal
from slipway_worker.encode import Predictions
from slipway_worker.plan import Part, Plan
from slipway_worker.problems import Refused
from slipway_worker.questions import Question
from slipway_worker.request import Request
from slipway_worker.tensors import TensorPlan
from slipway_worker.v2_tensors import BOOL, BYTES, FLOATS, INTEGERS, Output, Tensor, read_tensors, to_output

_NUMBERS = (*FLOATS, *INTEGERS)
_COLUMN_TAKES: dict[str, tuple[str, ...]] = {
    "double": _NUMBERS,
    "float": _NUMBERS,
    "long": INTEGERS,
    "integer": INTEGERS,
    "boolean": (BOOL,),
    "string": (BYTES,),
    "binary": (BYTES,),
    "datetime": (BYTES,),
}
_TENSOR_TAKES: dict[str, tuple[str, ...]] = {"f": _NUMBERS, "i": INTEGERS, "u": INTEGERS, "b": (BOOL,)}
_BINARY = "application/octet-stream"


class OpenInferenceReader:
    """Reads inference requests for one model."""

    def __init__(self, plan: Plan | None, metadata: Any, name: str, version: str) -> None:
        self._plan = plan
        self._schema = metadata.get_input_schema()
        self._params = {spec.name for spec in getattr(metadata.get_params_schema(), "params", None) or ()}
        outputs = metadata.get_output_schema()
        self._output = outputs.input_names()[0] if outputs and len(outputs.input_names()) == 1 else None
        self._names = {"model_name": name, "model_version": version}

    def read(self, request: Request) -> Question | Answer:
        """See `Reader.read`."""
        try:
            head, binary = _split(request)
            tensors = read_tensors(head.get("inputs"), binary)
            wanted = _Wanted(head)
            part, document = self._ask(tensors, _parameters(head).get("content_type"))
        except Refused as refused:
            return refusal(str(refused))
        params = {name: value for name, value in _parameters(head).items() if name in self._params}

        def scoring_body() -> bytes:
            return json.dumps({**document(), "params": params} if params else document()).encode("utf-8")

        encode = functools.partial(self._encode, head.get("id"), wanted)
        return Question(request, None if params else part, encode, scoring_body, JSON)

    def _ask(self, tensors: list[Tensor], content_type: Any) -> tuple[Part | None, Any]:
        """What the plan makes of tensors; and how MLflow's scoring protocol has them, when that is asked for."""
        schema = self._schema
        if schema is None or not schema.inputs:
            tensors = list(map(_as_text, tensors))
            if len(tensors) > 1 or content_type == "pd":
                return None, lambda: _split_document(_columns_of(tensors))
            return None, lambda: {"inputs": tensors[0].nested()}
        if schema.is_tensor_spec():
            return self._ask_tensors(list(map(_as_text, tensors)))
        return self._ask_columns(tensors)

    def _ask_columns(self, tensors: list[Tensor]) -> tuple[Part | None, Any]:
        types: dict[str, Any] = dict(zip(_input_names(self._schema), self._schema.input_types()))
        given = _columns_of(_by_place(tensors, list(types), self._schema.has_input_names()))
        missing = [name for name in self._schema.required_input_names() if name not in given]
        if self._schema.has_input_names() and missing:
            extra = [name for name in given if name not in types]
            unknown = f" Not known to the model: {', '.join(map(repr, extra))}." if extra else ""
            raise Refused(f"The input lacks the columns {', '.join(map(repr, missing))}.{unknown}")
        columns: dict[str, list[Any]] = {}
        for name, tensor in given.items():
            if name in types:
                columns[name] = _column(name, tensor, types[name])
        part = None if self._plan is None else self._plan.read({"inputs": columns})
        return part and part._replace(form="V2 columns"), lambda: _split_document(columns)

    def _ask_tensors(self, tensors: list[Tensor]) -> tuple[Part | None, Any]:
        specs = {spec.name: spec for spec in self._schema.inputs}
        if None in specs:
            if len(tensors) > 1:
                raise Refused(f"The model takes one tensor, but {len(tensors)} are given.")
            given: dict[str | None, Tensor] = {None: tensors[0]}
        else:
            given = {tensor.name: tensor for tensor in tensors if tensor.name in specs}
            missing = [name for name in specs if name not in given]
            if missing:
                raise Refused(f"The input lacks the tensors {', '.join(map(repr, missing))}.")
        for name, tensor in given.items():
            _require_fit(tensor, specs[name])
        part = None
        if isinstance(self._plan, TensorPlan):
            part = self._plan.read_arrays({name: tensor.array(specs[name].type) for name, tensor in given.items()})
        if None in given:
            return part, lambda: {"inputs": given[None].nested()}
        return part, lambda: {"inputs": {name: tensor.nested() for name, tensor in given.items()}}

    def _encode(self, request_id: Any, wanted: _Wanted, predictions: Predictions, rows: slice | None) -> Answer:
        outputs = self._outputs(predictions.part(rows), predictions.encoder)
        try:
            chosen = wanted.choose(outputs)
        except Refused as refused:
            return refusal(str(refused))
        answer: dict[str, Any] = dict(self._names)
        if request_id is not None:
            answer["id"] = request_id
        answer["outputs"] = written = []
        binaries: list[bytes] = []
        for name, output, as_binary in chosen:
            tensor: dict[str, Any] = {"name": name, "shape": output.shape, "datatype": output.datatype}
            if as_binary:
                binaries.append(output.binary())
                tensor["parameters"] = {"binary_data_size": len(binaries[-1])}
            else:
                tensor["data"] = output.data
            written.append(tensor)
        head = json.dumps(answer).encode("ascii")
        if not binaries:
            return Answer(200, JSON, head)
        return Answer(200, _BINARY, b"".join((head, *binaries)), json_bytes=len(head))

    def _outputs(self, value: Any, encoder: type[json.JSONEncoder]) -> dict[str, Output]:
        if isinstance(value, pd.DataFrame):
            return {str(name): to_output(value[name], encoder) for name in value.columns}
        if isinstance(value, dict) and value:
            return {str(name): to_output(one, encoder) for name, one in value.items()}
        name = value.name if isinstance(value, pd.Series) and value.name is not None else self._output
        return {str(name or "output-0"): to_output(value, encoder)}


class _Wanted:
    """Which outputs a request wants, and which of them as raw bytes."""

    def __init__(self, head: dict[str, Any]) -> None:
        """Raises Refused."""
        self._all_binary = _parameters(head).get("binary_data_output") is True
        outputs = head.get("outputs") or []
        if type(outputs) is not list or not all(type(one) is dict and type(one.get("name")) is str for one in outputs):
            raise Refused("'outputs' must be a list of objects with a 'name'.")
        self._named = {one["name"]: _parameters(one).get("binary_data", self._all_binary) is True for one in outputs}

    def choose(self, outputs: dict[str, Output]) -> list[tuple[str, Output, bool]]:
        """The wanted ones, under their names. Raises Refused for a name that the model does not have."""
        if not self._named:
            return [(name, output, self._all_binary) for name, output in outputs.items()]
        if len(outputs) == 1 and len(self._named) == 1:
            # Where there is but one, its name may be the caller's: MLflow's models hardly ever name it.
            ((name, as_binary),) = self._named.items()
            return [(name, next(iter(outputs.values())), as_binary)]
        for name in self._named:
            if name not in outputs:
                raise Refused(f"The model has no output {name!r}; it has {', '.join(map(repr, outputs))}.")
        return [(name, outputs[name], as_binary) for name, as_binary in self._named.items()]


def _split(request: Request) -> tuple[dict[str, Any], memoryview]:
    """The JSON of a request, and what follows it. Raises Refused."""
    body = memoryview(request.body)
    end = len(body) if request.json_bytes is None else request.json_bytes
    if not 0 <= end <= len(body):
        raise Refused(f"Inference-Header-Content-Length is {end}, but the body has only {len(body)} bytes.")
    head = parse_object(bytes(body[:end]))
    return head, body[end:]


def parse_object(text: bytes) -> dict[str, Any]:
    """A JSON object. Raises Refused."""
    try:
        found = jsons.loads_all(text)
    except (ValueError, RecursionError) as error:
        raise Refused(problems.describe_refusal(error)) from None
    if type(found) is not dict:
        raise Refused("The body must be a JSON object.")
    return found


def _parameters(holder: dict[str, Any]) -> dict[str, Any]:
    parameters = holder.get("parameters") or {}
    if type(parameters) is not dict:
        raise Refused("'parameters' must be an object.")
    return parameters


def _input_names(schema: Any) -> list[str]:
    if schema.has_input_names():
        names: list[str] = schema.input_names()
        return names
    return [str(place) for place in range(len(schema.inputs))]


def _as_text(tensor: Tensor) -> Tensor:
    """A BYTES tensor with texts for values; others as they are. Raises Refused."""
    return tensor._replace(values=tensor.texts()) if tensor.datatype == BYTES else tensor


def _by_place(tensors: list[Tensor], names: list[str], are_named: bool) -> list[Tensor]:
    """The columns of one tensor that has a value for each of them, and columns that have no names; others as they are."""
    if not are_named and len(tensors) == len(names):
        return [tensor._replace(name=name) for tensor, name in zip(tensors, names)]
    first = tensors[0]
    width = first.shape[1] if len(first.shape) == 2 else 1
    if len(tensors) > 1 or first.name in names or len(first.shape) > 2 or width != len(names):
        return tensors
    shape = first.shape[:1]
    return [Tensor(name, first.datatype, shape, first.values[place::width]) for place, name in enumerate(names)]


def _columns_of(tensors: list[Tensor]) -> dict[str, Tensor]:
    """Tensors by their names, each as long as the others. Raises Refused."""
    first = tensors[0]
    for tensor in tensors:
        if len(tensor.shape) > 2 or tensor.shape[1:] not in ((), (1,)):
            raise Refused(
                f"The tensor {tensor.name!r} is a column: its shape must be [n] or [n, 1], not {list(tensor.shape)}."
            )
        if tensor.shape[0] != first.shape[0]:
            raise Refused(
                f"The tensor {tensor.name!r} has {tensor.shape[0]} rows, but {first.name!r} has {first.shape[0]}."
            )
    return {tensor.name: tensor for tensor in tensors}


def _column(name: str, tensor: Tensor, kind: Any) -> list[Any]:
    """The values of a column as MLflow's JSON has them. Raises Refused."""
    wanted = getattr(kind, "name", None)
    if wanted not in _COLUMN_TAKES:
        raise Refused(f"Column {name!r} is of type {kind}, which no tensor can hold: use MLflow's /invocations.")
    if tensor.datatype not in _COLUMN_TAKES[wanted]:
        raise Refused(f"Column {name!r} must be {wanted}, but the given tensor is {tensor.datatype}.")
    if tensor.datatype == BYTES:
        if wanted == "binary":
            return [one if isinstance(one, str) else base64.b64encode(one).decode("ascii") for one in tensor.values]
        return tensor.texts()
    values: list[Any] = tensor.values if isinstance(tensor.values, list) else tensor.values.tolist()
    return values


def _split_document(columns: dict[str, Any]) -> dict[str, Any]:
    values = [column.nested() if isinstance(column, Tensor) else column for column in columns.values()]
    return {"dataframe_split": {"columns": list(columns), "data": list(map(list, zip(*values)))}}


def _require_fit(tensor: Tensor, spec: Any) -> None:
    """Raises Refused for a tensor of another type or shape than the signature's."""
    subject = "The tensor" if spec.name is None else f"The tensor {spec.name!r}"
    if tensor.datatype not in _TENSOR_TAKES.get(spec.type.kind, (BYTES,)):
        raise Refused(f"{subject} must be of type {spec.type}, but the given one is {tensor.datatype}.")
    shape = tuple(spec.shape)
    if len(shape) != len(tensor.shape) or any(want not in (-1, size) for size, want in zip(tensor.shape, shape)):
        raise Refused(f"{subject} must have the shape {list(shape)}, but the given one has {list(tensor.shape)}.")
