"""Loads the model the way MLflow does."""

from __future__ import annotations

import os
import time
from typing import Any, NamedTuple


class Loaded(NamedTuple):
    """A loaded model and what the agent wants to know of it."""

    model: Any
    load_ms: float
    flavors: list[str]
    mlflow_version: str


def load(folder: str) -> Loaded:
    """Loads the model in `folder`; `load_ms` counts the imports too, as the person who waits does."""
    started = time.monotonic()
    # MLflow's own server says so before it loads a model, and some flavors look.
    os.environ["_MLFLOW_IS_IN_SERVING_ENVIRONMENT"] = "true"
    import mlflow.pyfunc
    import mlflow.pyfunc.scoring_server
    from mlflow.version import VERSION

    # The warnings are about packages that differ from the requirements, which this environment was built from; looking for
    # them reads the files of all packages, and takes longer than loading a small model.
    model = mlflow.pyfunc.load_model(folder, suppress_warnings=True)
    flavors = sorted(model.metadata.flavors or {})
    return Loaded(model, (time.monotonic() - started) * 1000, flavors, VERSION)
