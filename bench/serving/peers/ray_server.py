"""Ray Serve with its batching: `{"rows": …}` in, a list out. The benchmark sets variables: its high-throughput mode."""

from __future__ import annotations

import json
import signal
from typing import Any

import ray
from ray import serve
from served_model import BATCH_REQUESTS_MAX, BATCH_SECONDS_MAX, BATCHES, PORT, PROCESSES, ServedModel
from starlette.requests import Request

REQUESTS_AT_A_TIME_MAX = 1_000


@serve.deployment(
    num_replicas=PROCESSES,
    max_ongoing_requests=REQUESTS_AT_A_TIME_MAX if BATCHES else 1,
    ray_actor_options={"num_cpus": 0.5},
)
class Rows:
    """Takes rows."""

    def __init__(self) -> None:
        """Loads the model in the replica's process."""
        self.model = ServedModel()

    @serve.batch(max_batch_size=BATCH_REQUESTS_MAX, batch_wait_timeout_s=BATCH_SECONDS_MAX)
    async def predict_batch(self, requests: list[list[Any]]) -> list[list[Any]]:
        """Answers of each request of a batch."""
        return self.model.predict_each(requests)

    async def __call__(self, request: Request) -> Any:
        """Answers one request."""
        rows: list[Any] = json.loads(await request.body())["rows"]
        return await self.predict_batch(rows) if BATCHES else self.model.predict(rows)


if __name__ == "__main__":
    ray.init(include_dashboard=False, num_cpus=2, log_to_driver=False, configure_logging=False)
    serve.start(http_options={"host": "127.0.0.1", "port": PORT})
    serve.run(Rows.bind())
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    ray.shutdown()
