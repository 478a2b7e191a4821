"""One scoring request, by MLflow's own `invocations`: it parses, enforces the signature, predicts and encodes.

What it raises is told apart by how far it got: before the model's own code was entered the request is at fault (400),
afterwards the model is (500).
"""

from __future__ import annotations

import functools
import inspect
import sys
import traceback
from typing import Any, Callable, NamedTuple

from slipway_worker import problems


class Answer(NamedTuple):
    """What goes back to the gateway; with a status of 400 and above `code` and `detail` replace the body."""

    status: int
    content_type: str
    body: bytes
    code: str | None = None
    detail: str | None = None


class Scorer:
    """Scores requests against one loaded pyfunc model, one at a time."""

    def __init__(self, model: Any) -> None:
        from mlflow.pyfunc import scoring_server

        self._invocations: Callable[..., Any] = scoring_server.invocations
        self._input_schema = model.metadata.get_input_schema()
        self._watched = WatchedModel(model)

    def score(self, body: bytes, content_type: str, request_id: str) -> Answer:
        """Answers one request; whatever the model raises becomes an answer too."""
        watched = self._watched
        watched.entered = False
        watched.failure = None
        try:
            response = self._invocations(body, content_type, watched, self._input_schema)
        except Exception as error:  # noqa: BLE001  whatever a model raises is answered
            failure = watched.failure or error
            if not watched.entered or problems.is_refused_input(failure):
                return _refusal(problems.describe_refusal(failure))
            print(f"slipway: the model failed on request {request_id}", file=sys.stderr)
            traceback.print_exception(type(failure), failure, failure.__traceback__)
            detail = f"The model raised {problems.error_line(failure, 300)}"
            return Answer(500, "", b"", "model_failed", detail)
        text = response.response
        if response.status == 415:
            return Answer(415, "", b"", "unsupported_media_type", problems.first_sentence(text))
        if response.status >= 400:
            return _refusal(problems.first_sentence(text))
        return Answer(response.status, response.mimetype, text.encode("utf-8"))


class WatchedModel:
    """The model as MLflow's scoring code sees it, noting whether the model's own code was reached."""

    def __init__(self, model: Any) -> None:
        self.metadata = model.metadata
        self.entered = False
        self.failure: BaseException | None = None
        self._model = model
        self._takes_params = "params" in inspect.signature(model.predict).parameters
        self._watch_entry()

    def predict(self, data: Any, params: Any = None) -> Any:
        """Predicts as the model does; MLflow's scoring code looks for `params` in this signature."""
        try:
            if self._takes_params:
                return self._model.predict(data, params=params)
            return self._model.predict(data)
        except Exception as error:
            # `invocations` wraps what it catches in messages that quote the whole input.
            self.failure = error
            raise

    def _watch_entry(self) -> None:
        """Marks the moment when enforcement is over: PyFuncModel then calls its `_predict_fn`."""
        own = self._model._predict_fn

        @functools.wraps(own)
        def entered(*args: Any, **kwargs: Any) -> Any:
            self.entered = True
            return own(*args, **kwargs)

        # functools.wraps forgets that a method was bound; MLflow reads the signature to find `params`.
        entered.__signature__ = inspect.signature(own)  # type: ignore[attr-defined]
        self._model._predict_fn = entered


def _refusal(detail: str) -> Answer:
    return Answer(400, "", b"", "invalid_input", detail)
