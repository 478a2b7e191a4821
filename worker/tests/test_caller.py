"""What model code is told of its caller."""

from __future__ import annotations

import contextvars
import threading

from slipway_worker import caller
from slipway_worker.caller import NOBODY, Caller, answering


def test_there_is_nobody_outside_of_a_request() -> None:
    assert caller.current() == NOBODY
    with answering(Caller("ada", "r1")):
        assert caller.current().client == "ada"
    assert caller.current() == NOBODY


def test_a_request_that_fails_leaves_no_caller_behind() -> None:
    try:
        with answering(Caller("ada", "r1")):
            raise ValueError("the model failed")
    except ValueError:
        pass
    assert caller.current() == NOBODY


def test_the_identity_is_also_told_as_a_header_and_only_where_there_is_one() -> None:
    assert Caller("ada", "r1").headers == {"X-Forwarded-User": "ada"}
    assert Caller(None, "r1").headers == {}


def test_a_thread_knows_the_caller_in_a_copy_of_the_context() -> None:
    seen: list[str | None] = []
    with answering(Caller("ada", "r1")):
        context = contextvars.copy_context()
        for run in (lambda: context.run(_note, seen), lambda: _note(seen)):
            thread = threading.Thread(target=run)
            thread.start()
            thread.join()
    assert seen == ["ada", None]


def _note(seen: list[str | None]) -> None:
    seen.append(caller.current().client)
