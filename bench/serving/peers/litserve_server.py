"""LitServe with its batching: `{"rows": …}` in, a list out."""

from __future__ import annotations

from typing import Any

import litserve
from served_model import BATCH_REQUESTS_MAX, BATCH_SECONDS_MAX, BATCHES, PORT, PROCESSES, ServedModel


class Rows(litserve.LitAPI):
    """Takes rows; a batch is a list of what requests hold."""

    def setup(self, device: str) -> None:
        """Loads the model in the worker's process."""
        self.model = ServedModel()

    # An annotation of the request would be taken for the schema of the body.
    def decode_request(self, request) -> list[Any]:  # noqa: ANN001
        """The rows of a body."""
        rows: list[Any] = request["rows"]
        return rows

    def batch(self, inputs: list[list[Any]]) -> list[list[Any]]:
        """Requests are put together by the model's side."""
        return inputs

    def predict(self, inputs: Any) -> Any:
        """Answers of one request, or of each of a batch."""
        return self.model.predict_each(inputs) if BATCHES else self.model.predict(inputs)

    def unbatch(self, output: list[list[Any]]) -> list[list[Any]]:
        """One element a request."""
        return output

    def encode_response(self, output: list[Any]) -> list[Any]:
        """As it is."""
        return output


if __name__ == "__main__":
    batching = {"max_batch_size": BATCH_REQUESTS_MAX, "batch_timeout": BATCH_SECONDS_MAX} if BATCHES else {}
    server = litserve.LitServer(
        Rows(**batching), accelerator="cpu", workers_per_device=PROCESSES, timeout=False, fast_queue=True
    )
    server.run(host="127.0.0.1", port=PORT, generate_client_file=False, log_level="warning")
