"""One scoring request, by MLflow's own `invocations`: it parses, enforces the signature, predicts and encodes.

What it raises is told apart by how far it got: before the model's own code was entered the request is at fault (400),
afterwards the model is (500).
"""

from __future__ import annotations

import inspect
from typing import Any, Callable

from slipway_worker import problems
from slipway_worker.answers import Answer, model_failure, refusal
from slipway_worker.entry import Entry


class Scorer:
    """Scores requests against one loaded pyfunc model, one at a time."""

    def __init__(self, model: Any, entry: Entry) -> None:
        from mlflow.pyfunc import scoring_server

        self._invocations: Callable[..., Any] = scoring_server.invocations
        self._content_types: list[str] = scoring_server.CONTENT_TYPES
        self._csv: str = scoring_server.CONTENT_TYPE_CSV
        self._input_schema = model.metadata.get_input_schema()
        self._watched = WatchedModel(model)
        self._entry = entry

    @property
    def predictions(self) -> Any:
        """What the model answered to the request that was scored last."""
        return self._watched.predictions

    def score(self, body: bytes, content_type: str, request_id: str) -> Answer:
        """Answers one request; whatever the model raises becomes an answer too."""
        watched = self._watched
        watched.failure = None
        self._entry.entered = False
        media_type = content_type.split(";")[0].strip()
        if media_type not in self._content_types:
            # MLflow's own words; up to MLflow 2.11 it looks for them in a Flask request, which there is none of here.
            known = f"This predictor only supports the following content types: Types: {self._content_types}."
            return Answer(415, "", b"", "unsupported_media_type", f"{known} Got '{content_type}'.")
        try:
            data = _as_text(body) if media_type == self._csv else body
            response = self._invocations(data, content_type, watched, self._input_schema)
        except Exception as error:  # noqa: BLE001  whatever a model raises is answered
            return self.failed(watched.failure or error, request_id)
        text = response.response
        if response.status == 415:
            return Answer(415, "", b"", "unsupported_media_type", problems.first_sentence(text))
        if response.status >= 400:
            return refusal(problems.first_sentence(text))
        return Answer(response.status, response.mimetype, text.encode("utf-8"))

    def failed(self, error: BaseException, request_id: str) -> Answer:
        """The answer to a request at which `error` was raised."""
        if not self._entry.entered or problems.is_refused_input(error):
            return refusal(problems.describe_refusal(error))
        return model_failure(error, request_id)


class WatchedModel:
    """The model as MLflow's scoring code sees it, keeping what it answered or raised."""

    def __init__(self, model: Any) -> None:
        self.metadata = model.metadata
        self.failure: BaseException | None = None
        self.predictions: Any = None
        self._model = model
        self._takes_params = "params" in inspect.signature(model.predict).parameters

    def predict(self, data: Any, params: Any = None) -> Any:
        """Predicts as the model does; MLflow's scoring code looks for `params` in this signature."""
        try:
            if self._takes_params:
                self.predictions = self._model.predict(data, params=params)
            else:
                self.predictions = self._model.predict(data)
            return self.predictions
        except Exception as error:
            # `invocations` wraps what it catches in messages that quote the whole input.
            self.failure = error
            raise


def _as_text(body: bytes) -> str | bytes:
    """As MLflow's server hands CSV to its scoring code; what is no text, MLflow refuses itself."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body
