"""The lines of JSON that tell the agent how far the worker is (contracts/src/frame.ts, workerEventSchema)."""

from __future__ import annotations

import json
import os
from typing import Any


class Events:
    """Writes events to a file descriptor that the data plane opened; without one they go nowhere."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        try:
            # A process that the model starts must not hold the agent's pipe open.
            os.set_inheritable(descriptor, False)
        except OSError:
            self._descriptor = None

    def loading(self, message: str) -> None:
        """The worker has begun a phase of its start."""
        self._write({"event": "loading", "message": message})

    def ready(
        self,
        load_ms: float,
        flavors: list[str],
        mlflow_version: str,
        smoke_test: dict[str, str] | None,
        signature: dict[str, str | None] | None,
        batching: dict[str, str],
    ) -> None:
        """The worker listens."""
        self._write(
            {
                "event": "ready",
                "loadMs": load_ms,
                "flavors": flavors,
                "mlflowVersion": mlflow_version,
                "smokeTest": smoke_test,
                "signature": signature,
                "batching": batching,
            }
        )

    def failed(self, error: str) -> None:
        """The worker cannot start; `error` is the Python error line."""
        self._write({"event": "failed", "error": error})

    def _write(self, event: dict[str, Any]) -> None:
        if self._descriptor is None:
            return
        line = (json.dumps(event) + "\n").encode("utf-8")
        while line:
            line = line[os.write(self._descriptor, line) :]
