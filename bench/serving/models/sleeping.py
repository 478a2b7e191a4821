"""A model that takes 5 ms a call, however many rows it gets; each row is answered by itself."""

from __future__ import annotations

import time
from typing import Any

from mlflow.models import set_model
from mlflow.pyfunc import PythonModel

CALL_SECONDS = 0.005


class Sleeping(PythonModel):
    """Adds up a row after a while."""

    def predict(self, context: Any, model_input: Any, params: dict[str, Any] | None = None) -> Any:
        """One sum a row."""
        time.sleep(CALL_SECONDS)
        return model_input.to_numpy().sum(axis=1)


set_model(Sleeping())
