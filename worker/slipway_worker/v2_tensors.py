"""Tensors of the Open Inference Protocol as they travel: as JSON, or as raw bytes behind it."""

from __future__ import annotations

import base64
import json
import math
import struct
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from slipway_worker.problems import Refused

BYTES = "BYTES"
FLOATS = ("FP16", "FP32", "FP64")
INTEGERS = ("INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64")
BOOL = "BOOL"
#: Little-endian, as the wire has them.
_DTYPES: dict[str, Any] = {
    BOOL: np.dtype("?"),
    **{name: np.dtype(f"<{name[0].lower()}{int(name.lstrip('UINT')) // 8}") for name in INTEGERS},
    **{name: np.dtype(f"<f{int(name[2:]) // 8}") for name in FLOATS},
}
_DATATYPES = {dtype: name for name, dtype in _DTYPES.items()}
_LENGTH = struct.Struct("<I")
#: Of JSON values, what each kind of tensor may hold; null is a missing number.
_TAKEN: dict[str, frozenset[type]] = {
    **dict.fromkeys(FLOATS, frozenset((float, int, type(None)))),
    **dict.fromkeys(INTEGERS, frozenset((int,))),
    BOOL: frozenset((bool,)),
    BYTES: frozenset((str,)),
}


class Tensor(NamedTuple):
    """A tensor of a request."""

    name: str
    datatype: str
    shape: tuple[int, ...]
    #: One after the other, in row-major order: a list of JSON values or of bytes, or an array of numbers.
    values: Any

    def nested(self) -> Any:
        """Its values as nested lists."""
        if isinstance(self.values, list):
            flat = np.empty(len(self.values), dtype=object)
            flat[:] = self.values
            return flat.reshape(self.shape).tolist()
        return self.values.reshape(self.shape).tolist()

    def texts(self) -> list[str]:
        """The values of a BYTES tensor as texts. Raises Refused where they are none."""
        try:
            return [value if isinstance(value, str) else str(value, "utf-8") for value in self.values]
        except UnicodeDecodeError:
            raise Refused(f"The BYTES of the tensor {self.name!r} are not text in UTF-8.") from None

    def array(self, dtype: Any) -> Any:
        """Its values in a type of numpy's. Raises Refused where they do not fit into it."""
        try:
            if isinstance(self.values, list):
                if dtype.kind in "iu" and self.values:
                    # numpy 1 wraps what does not fit.
                    limits = np.iinfo(dtype)
                    if min(self.values) < limits.min or max(self.values) > limits.max:
                        raise self._misfit(dtype)
                return np.array(self.values, dtype=dtype).reshape(self.shape)
            converted = self.values.astype(dtype, copy=False).reshape(self.shape)
        except (OverflowError, TypeError, ValueError):
            raise self._misfit(dtype) from None
        if dtype.kind in "iu" and converted.dtype != self.values.dtype and (converted.ravel() != self.values).any():
            raise self._misfit(dtype)
        return converted

    def _misfit(self, dtype: Any) -> Refused:
        return Refused(f"The tensor {self.name!r} holds values that do not fit into {_DATATYPES.get(dtype, dtype)}.")


def read_tensors(inputs: Any, binary: memoryview) -> list[Tensor]:
    """The tensors of a request's `inputs`; `binary`: what follows the JSON. Raises Refused."""
    if type(inputs) is not list or not inputs:
        raise Refused("'inputs' must be a list of at least one tensor.")
    tensors = []
    start = 0
    for given in inputs:
        tensor, size = _read(given, binary[start:])
        tensors.append(tensor)
        start += size
    if start != len(binary):
        raise Refused(f"{len(binary)} bytes follow the JSON, but the sizes of its binary tensors add up to {start}.")
    names = [tensor.name for tensor in tensors]
    for name in names:
        if names.count(name) > 1:
            raise Refused(f"The tensor {name!r} is given {names.count(name)} times.")
    return tensors


def _read(given: Any, binary: memoryview) -> tuple[Tensor, int]:
    """A tensor, and how many bytes of `binary` are its own."""
    if type(given) is not dict or type(given.get("name")) is not str:
        raise Refused("Each tensor of 'inputs' must be an object with a 'name'.")
    name, datatype, shape = given["name"], given.get("datatype"), given.get("shape")
    if datatype not in _TAKEN:
        raise Refused(f"The tensor {name!r} must have a 'datatype' of {', '.join(_TAKEN)}, not {json.dumps(datatype)}.")
    if type(shape) is not list or not shape or not all(type(size) is int and size >= 0 for size in shape):
        raise Refused(f"The tensor {name!r} must have a 'shape': a list of whole numbers.")
    size = (given.get("parameters") or {}).get("binary_data_size")
    count = math.prod(shape)
    if size is None:
        return Tensor(name, datatype, tuple(shape), _values(name, datatype, count, given.get("data"))), 0
    if type(size) is not int or not 0 <= size <= len(binary):
        raise Refused(
            f"The tensor {name!r} says that {size} bytes of the body are its own, but {len(binary)} are left."
            " Its binary data follows the JSON, whose length the header Inference-Header-Content-Length must tell."
        )
    values = _elements(name, binary[:size]) if datatype == BYTES else _numbers(name, datatype, count, binary[:size])
    if len(values) != count:
        raise Refused(f"The tensor {name!r} of shape {shape} must have {count} elements, but {len(values)} are given.")
    return Tensor(name, datatype, tuple(shape), values), size


def _values(name: str, datatype: str, count: int, data: Any) -> list[Any]:
    """JSON values, flat or nested, one after the other."""
    if type(data) is not list:
        raise Refused(f"The tensor {name!r} must have 'data', a list, or 'binary_data_size' among its parameters.")
    flat: list[Any] = data
    types = set(map(type, flat))
    while list in types:
        if len(types) > 1:
            raise Refused(f"The tensor {name!r} holds lists beside values: its data is ragged.")
        flat = list(chain.from_iterable(flat))
        types = set(map(type, flat))
    if not types <= _TAKEN[datatype]:
        wrong = next(value for value in flat if type(value) not in _TAKEN[datatype])
        raise Refused(f"The tensor {name!r} is declared {datatype}, but holds {json.dumps(wrong)[:100]}.")
    if len(flat) != count:
        raise Refused(f"The tensor {name!r} must have {count} elements by its shape, but {len(flat)} are given.")
    return flat


def _numbers(name: str, datatype: str, count: int, binary: memoryview) -> Any:
    dtype = _DTYPES[datatype]
    if len(binary) != count * dtype.itemsize:
        raise Refused(
            f"The tensor {name!r} of {count} {datatype} must have {count * dtype.itemsize} bytes,"
            f" but its binary_data_size is {len(binary)}."
        )
    if datatype == BOOL:
        return np.frombuffer(binary, np.uint8).astype(bool)
    return np.frombuffer(binary, dtype)


def _elements(name: str, binary: memoryview) -> list[bytes]:
    """The elements of a BYTES tensor, each behind its length."""
    elements = []
    start = 0
    while start < len(binary):
        begin = start + _LENGTH.size
        end = begin + _LENGTH.unpack_from(binary, start)[0] if begin <= len(binary) else begin
        if end > len(binary):
            raise Refused(
                f"The tensor {name!r} ends within an element: each is 4 bytes of length and then so many bytes."
            )
        elements.append(bytes(binary[begin:end]))
        start = end
    return elements


class Output(NamedTuple):
    """A tensor of an answer."""

    datatype: str
    shape: list[int]
    #: As JSON has them.
    data: list[Any]
    #: Of numbers and booleans, as numpy has them.
    array: Any

    def binary(self) -> bytes:
        """As raw bytes."""
        if self.array is not None:
            return bytes(self.array.tobytes())
        encoded = [text.encode("utf-8") for text in self.data]
        return b"".join(chain.from_iterable((_LENGTH.pack(len(text)), text) for text in encoded))


def to_output(value: Any, encoder: type[json.JSONEncoder]) -> Output:
    """A tensor of what a model answers; what V2 has no type for becomes BYTES that hold JSON."""
    array = _as_array(value)
    shape = list(array.shape)
    if array.dtype.kind in "biuf":
        datatype = _DATATYPES.get(array.dtype.newbyteorder("<"))
        if datatype is None:
            array, datatype = array.astype(np.float64), "FP64"
        data = array.ravel().tolist()
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            data = [number if math.isfinite(number) else None for number in data]
        return Output(datatype, shape, data, np.ascontiguousarray(array, _DTYPES[datatype]))
    if array.dtype.kind == "M":
        array = np.datetime_as_string(array)
    texts = [one if type(one) is str else _text(one, encoder) for one in array.ravel().tolist()]
    return Output(BYTES, shape, texts, None)


def _as_array(value: Any) -> Any:
    if not isinstance(value, (list, tuple)):
        array = np.asarray(value)
        if array.dtype == object:
            # Of a column that holds Python's numbers.
            plain = _plain(array.ravel().tolist())
            array = array if plain is None else plain.reshape(array.shape)
        return array if array.ndim else array.reshape(1)
    plain = _plain(value)
    if plain is not None:
        return plain
    objects = np.empty(len(value), dtype=object)
    objects[:] = value
    return objects


def _plain(values: Any) -> Any:
    """An array of values that are all numbers, all booleans or all texts; None of others."""
    try:
        array = np.array(values)
    except ValueError:  # ragged
        return None
    if array.dtype.kind not in "biufU":
        return None
    kinds = {
        bool if isinstance(one, (bool, np.bool_)) else str if isinstance(one, str) else int for one in _leaves(values)
    }
    return array if len(kinds) == 1 else None


def _leaves(values: Any) -> Any:
    while values and isinstance(values[0], (list, tuple, np.ndarray)):
        values = list(chain.from_iterable(values))
    return values


def _text(value: Any, encoder: type[json.JSONEncoder]) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return base64.encodebytes(value).decode("ascii")  # as MLflow writes it
    return json.dumps(value, cls=encoder)
