"""A signature, compiled: what MLflow makes of an ordinary request in milliseconds, made in microseconds.

A plan reads the usual JSON forms of its signature and takes only values of which it is known what MLflow makes of them; it
gives None for everything else, which then goes through MLflow's own code. What MLflow does, and what is taken of it:

- JSON columns are inferred by pandas and cast to the signature's type. Floats, integers and null in a `double` or `float`
  column become floats, null NaN, whatever stands beside them. With integers beyond 2**53 a `float` column is rounded once
  or twice, depending on its neighbours: not taken. Booleans and texts among numbers are converted too: not taken.
- `long` and `integer` columns take integers alone (MLflow truncates floats, wraps what does not fit: not taken), `boolean`
  ones booleans alone, `string` ones texts alone. numpy cuts trailing NULs of texts in `inputs` and `instances`: not taken.
- Missing, extra and repeated columns, an `index`, `params`, ragged rows and empty input: not taken. Another order is.
- Tensors are `numpy.array(values, type)` for MLflow as they are here; only their shape is checked.

`proof.py` holds the first request of each form against what MLflow made of it, before the plan is trusted with that form.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from slipway_worker.columns import ColumnPlan, plan_columns
from slipway_worker.tensors import TensorPlan, plan_tensors


class Compiled(NamedTuple):
    """The plan of a signature; without one, why."""

    plan: ColumnPlan | TensorPlan | None
    reason: str


def compile_signature(metadata: Any) -> Compiled:
    """The plan for a model's signature, if it is one of the ordinary kinds."""
    schema = metadata.get_input_schema()
    if schema is None or not schema.inputs:
        return Compiled(None, "the model has no signature of its input")
    for told in ("_is_signature_from_type_hint", "_is_type_hint_from_example"):
        if hasattr(metadata, told) and getattr(metadata, told)():
            return Compiled(None, "the model takes its input by type hints")
    return Compiled(*(plan_tensors(schema) if schema.is_tensor_spec() else plan_columns(schema)))
