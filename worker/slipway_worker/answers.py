"""What goes back to the gateway."""

from __future__ import annotations

import json
import sys
import traceback
from typing import Any, NamedTuple

from slipway_worker import problems

JSON = "application/json"
CANCELLED_STATUS = 499


class Answer(NamedTuple):
    """With a status of 400 and above `code` and `detail` replace the body."""

    status: int
    content_type: str
    body: bytes
    code: str | None = None
    detail: str | None = None
    #: Of a V2 answer with binary tensors: how much of the body is JSON.
    json_bytes: int | None = None


CANCELLED = Answer(CANCELLED_STATUS, "", b"")


class Answers(NamedTuple):
    """The answers of one call of the model: of requests by their ids."""

    ids: list[int]
    answers: list[Answer]
    #: None where they were not counted.
    rows: int | None = None
    #: When it has changed: `batchingStateSchema`.
    batching: dict[str, str] | None = None


def refusal(detail: str) -> Answer:
    """The request is at fault; `detail` is the sentence for the caller."""
    return Answer(400, "", b"", "invalid_input", detail)


def model_failure(error: BaseException, request_id: str) -> Answer:
    """The model is at fault: its stack trace goes to the log, its last line to the caller."""
    print(f"slipway: the model failed on request {request_id}", file=sys.stderr)
    traceback.print_exception(type(error), error, error.__traceback__)
    return Answer(500, "", b"", "model_failed", f"The model raised {problems.error_line(error, 300)}")


def worker_failure(error: BaseException, request_id: str) -> Answer:
    """Neither is at fault: the request could not be carried to the model."""
    print(f"slipway: the worker failed on request {request_id}", file=sys.stderr)
    traceback.print_exception(type(error), error, error.__traceback__)
    detail = f"The worker could not carry the request to the model: {problems.error_line(error, 300)}"
    return Answer(500, "", b"", "model_failed", detail)


def encode_meta(given: Answers) -> bytes:
    """The meta of an `answers` frame (contracts/src/frame.ts, answersMetaSchema)."""
    listed = ",".join(map(_encode_one, given.ids, given.answers))
    rows = "null" if given.rows is None else given.rows
    batching = "" if given.batching is None else f',"batching":{json.dumps(given.batching)}'
    return f'{{"answers":[{listed}],"rows":{rows}{batching}}}'.encode("ascii")


def _encode_one(request_id: int, answer: Answer) -> str:
    if answer.status == 200 and answer.content_type == JSON and answer.json_bytes is None:
        return f'{{"id":{request_id},"status":200,"contentType":"{JSON}","bytes":{len(answer.body)}}}'
    meta: dict[str, Any] = {"id": request_id, "status": answer.status, "contentType": answer.content_type}
    meta["bytes"] = len(answer.body)
    for name, value in (("code", answer.code), ("detail", answer.detail), ("jsonBytes", answer.json_bytes)):
        if value is not None:
            meta[name] = value
    return json.dumps(meta)
