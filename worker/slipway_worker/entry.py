"""The door between MLflow's scoring code and the model's own: PyFuncModel calls its `_predict_fn` once enforcement is over.

Whoever knows what passed through that door knows what MLflow made of a request, whatever MLflow's version.
"""

from __future__ import annotations

import copy
import functools
import inspect
from typing import Any, Callable, NamedTuple


class Passed(NamedTuple):
    """How the model's own code was called."""

    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


class Recorded(NamedTuple):
    """A prediction, and what passed through the door for it; None: nothing, it was refused before."""

    result: Any
    passed: Passed | None


class _Stopped(Exception):
    """Ends a call at the door."""


class Entry:
    """Watches the door of one loaded pyfunc model."""

    def __init__(self, model: Any) -> None:
        #: Whether the model's own code has been reached since this was last made False.
        self.entered = False
        self._recording = False
        self._stopping = False
        self._passed: Passed | None = None
        self._own: Callable[..., Any] = model._predict_fn
        self._model = model
        model._predict_fn = self.guard(self._own)
        self._unenforced = self._make_unenforced()

    def guard(self, own: Callable[..., Any]) -> Callable[..., Any]:
        """The model's own function with the watch before it."""

        @functools.wraps(own)
        def entered(*arguments: Any, **keywords: Any) -> Any:
            self.entered = True
            if self._recording:
                # A copy, because a model may change what it is given.
                self._passed = Passed(copy.deepcopy(arguments), copy.deepcopy(keywords))
            if self._stopping:
                raise _Stopped
            return own(*arguments, **keywords)

        # functools.wraps forgets that a method was bound; MLflow reads the signature to find `params`.
        entered.__signature__ = inspect.signature(own)  # type: ignore[attr-defined]
        return entered

    def record(self, predict: Callable[[], Any]) -> Recorded:
        """Runs a prediction; gives its result, and what passed through the door."""
        self._recording, self._passed = True, None
        try:
            result = predict()
            return Recorded(result, self._passed)
        finally:
            self._recording = False

    def passes(self, data: Any) -> Passed | None:
        """What `predict_enforced` would hand to the model's own code, which is not run."""
        self._stopping = True
        try:
            return self.record(lambda: self._stopped(data)).passed
        finally:
            self._stopping = False

    def predict_enforced(self, data: Any) -> Any:
        """Predicts from data that conforms to the signature already: all that PyFuncModel does, except enforce it again."""
        return self._unenforced.predict(data, params=None)

    @property
    def takes_enforced(self) -> bool:
        """False where this MLflow's PyFuncModel is not as expected."""
        return self._unenforced is not None

    def _stopped(self, data: Any) -> None:
        try:
            self.predict_enforced(data)
        except _Stopped:
            pass

    def _make_unenforced(self) -> Any:
        """The same PyFuncModel under a signature without inputs; parameters keep their defaults."""
        try:
            metadata = copy.copy(self._model.metadata)
            signature = copy.copy(metadata.signature)
            signature.inputs = None
            metadata.signature = signature
            twin = copy.copy(self._model)
            twin._model_meta = metadata
            return twin if twin.metadata.get_input_schema() is None else None
        except Exception as error:  # noqa: BLE001  another MLflow: its own code does all the work then
            print(f"slipway: this MLflow's models cannot be called without enforcement: {error}")
            return None
