"""Whether requests are predicted together, and why (not): decided when the model is loaded, given up when it goes wrong."""

from __future__ import annotations

import sys
from collections import deque
from typing import Any

from slipway_worker import row_wise
from slipway_worker.compiled import Compiled

MODES = ("auto", "on", "off")
#: How a model says it of itself: `metadata={"slipway.batching": "on"}` when it is logged.
METADATA_KEY = "slipway.batching"
#: YAML's other words for them.
_WORDS = {True: "on", False: "off"}

#: After so many batches in a row that failed although each of their requests succeeds by itself,
FAILED_IN_A_ROW_MAX = 3
#: or so many among the last ones, a worker stops batching.
FAILED_MAX = 10
WINDOW_BATCHES = 1000


class Batching:
    """The state of a worker, and what it has seen."""

    def __init__(self, is_on: bool, reason: str) -> None:
        self.is_on = is_on
        self.reason = reason
        self._changed = False
        self._failed_in_a_row = 0
        self._window: deque[bool] = deque(maxlen=WINDOW_BATCHES)

    @property
    def state(self) -> dict[str, str]:
        """As `batchingStateSchema` has it."""
        return {"state": "on" if self.is_on else "off", "reason": self.reason}

    def take_change(self) -> dict[str, str] | None:
        """The state, when it has changed since this was last asked."""
        if not self._changed:
            return None
        self._changed = False
        return self.state

    def stop(self, reason: str) -> None:
        """No request is predicted together with another any more."""
        if self.is_on:
            print(f"slipway: requests are predicted one by one from now on: {reason}", file=sys.stderr)
            self.is_on, self.reason, self._changed = False, reason, True

    def succeeded(self) -> None:
        """A batch was answered."""
        self._failed_in_a_row = 0
        self._window.append(False)

    def failed(self, error: BaseException, one_failed: bool) -> None:
        """A batch raised `error`; `one_failed`: so did one of its requests by itself, which explains it."""
        if one_failed:
            return
        self._failed_in_a_row += 1
        self._window.append(True)
        if self._failed_in_a_row >= FAILED_IN_A_ROW_MAX or sum(self._window) >= FAILED_MAX:
            self.stop(
                "Several times the model failed when it was asked for several requests at once, but not for each by itself:"
                f" {type(error).__name__}."
            )


def decide(mode: str, model: Any, compiled: Compiled) -> Batching:
    """Whether requests to a loaded pyfunc model are predicted together."""
    if mode == "off":
        return Batching(False, "Turned off for this deployment.")
    if compiled.plan is None:
        return Batching(False, f"Only inputs of known columns or shape can be put together: {compiled.reason}.")
    if not compiled.plan.joins:
        return Batching(False, "Only inputs of known columns or shape can be put together: its tensors vary in shape.")
    if mode == "on":
        return Batching(True, "Turned on for this deployment.")
    told: Any = (getattr(model.metadata, "metadata", None) or {}).get(METADATA_KEY)
    told = _WORDS.get(told, told)
    if told in ("on", "off"):
        return Batching(told == "on", f"The model says so in its metadata: {METADATA_KEY} is {told}.")
    problem = row_wise.obstacle(model)
    if problem is not None:
        return Batching(False, f"Not known to predict row by row: {problem}. If it does, turn batching on.")
    return Batching(True, "The model predicts row by row.")
