"""The model of a peer whose serving code is its user's to write: loaded through MLflow, asked about rows."""

from __future__ import annotations

import os
from typing import Any

import mlflow
import numpy as np
import pandas as pd

BATCH_REQUESTS_MAX = 64
BATCH_SECONDS_MAX = 0.003

MODEL_FOLDER = os.environ["BENCH_MODEL"]
PORT = int(os.environ["BENCH_PORT"])
PROCESSES = int(os.environ["BENCH_PROCESSES"])
# Else a process takes one request at a time.
BATCHES = os.environ["BENCH_BATCHES"] == "true"


class ServedModel:
    """`PyFuncModel.predict`, which checks the signature, from rows of JSON to values of JSON."""

    def __init__(self) -> None:
        """Loads the model."""
        self._model = mlflow.pyfunc.load_model(MODEL_FOLDER)
        self._schema = self._model.metadata.get_input_schema()

    def predict(self, rows: list[Any]) -> list[Any]:
        """One answer a row."""
        if self._schema.is_tensor_spec():
            inputs: Any = np.asarray(rows, dtype=self._schema.input_types()[0])
        else:
            inputs = pd.DataFrame(rows, columns=self._schema.input_names())
        answers: list[Any] = np.asarray(self._model.predict(inputs)).tolist()
        return answers

    def predict_each(self, requests: list[list[Any]]) -> list[list[Any]]:
        """The rows of several requests in one call, and the answers of each."""
        answers = iter(self.predict([row for rows in requests for row in rows]))
        return [[next(answers) for _ in rows] for rows in requests]
