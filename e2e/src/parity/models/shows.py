"""A model that answers for each row all that it could see of it: values, their types, the columns, the parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel


class Shows(PythonModel):
    """Raises for a row that holds the word `raise`, as a model does that a value surprises."""

    def predict(self, context: Any, model_input: Any, params: dict[str, Any] | None = None) -> list[str]:
        """One text a row."""
        if isinstance(model_input, pd.DataFrame):
            types = [str(kind) for kind in model_input.dtypes]
            index = [] if isinstance(model_input.index, pd.RangeIndex) else list(model_input.index)
            rows = [[told(value) for value in row] for row in model_input.itertuples(index=False, name=None)]
            shown = [repr((list(model_input.columns), types, index, row, params)) for row in rows]
        elif isinstance(model_input, np.ndarray) and model_input.ndim > 0:
            kind, shape = model_input.dtype.str, model_input.shape[1:]
            shown = [repr((kind, shape, told(row), params)) for row in model_input]
        else:
            shown = [repr((told(model_input), params))]
        if any("'raise'" in text for text in shown):
            raise ValueError("a value that this model does not know")
        return shown


def told(value: Any) -> str:
    """Type and value."""
    if isinstance(value, dict):
        return repr({key: told(value[key]) for key in sorted(value)})
    if isinstance(value, np.ndarray) and value.dtype != object:
        return f"array {value.dtype.str} {value.tolist()}"
    if isinstance(value, (list, np.ndarray)) and np.ndim(value) > 0:
        return f"{type(value).__name__} {[told(each) for each in value]}"
    return f"{type(value).__name__} {value!r}"


set_model(Shows())
