"""BentoML with its adaptive batching: `{"rows": …}` in, a list out. Run by `bentoml serve bentoml_server:Rows`."""

from __future__ import annotations

from typing import Any

import bentoml
from served_model import BATCH_REQUESTS_MAX, BATCHES, PROCESSES, ServedModel

# It counts rows, and splits a request that goes over: room for 64 requests of 100 rows.
BATCH_ROWS_MAX = BATCH_REQUESTS_MAX * 100
# Not the time that a request waits for others, but the time after which it is refused.
REFUSED_AFTER_MS = 60_000


@bentoml.service(workers=PROCESSES, traffic={"timeout": 120, "max_concurrency": 1_000})
class Rows:
    """Takes rows."""

    def __init__(self) -> None:
        """Loads the model."""
        self.model = ServedModel()

    @bentoml.api(batchable=BATCHES, max_batch_size=BATCH_ROWS_MAX, max_latency_ms=REFUSED_AFTER_MS)
    def predict(self, rows: list[Any]) -> list[Any]:
        """One answer a row of all requests of a batch."""
        return self.model.predict(rows)
