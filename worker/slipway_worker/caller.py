"""Who sent the request that the model is answering: for the code of models.

    from slipway_worker import caller

    client = caller.current().client  # "batch", or None on a public endpoint

The gateway checks the client's token and tells the worker the client's name beside the request. Nothing here comes from
the headers of a request, which anybody can write: a caller's own `X-Forwarded-User` never gets further than the gateway.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import NamedTuple


class Caller(NamedTuple):
    """The caller of one request."""

    #: The name of the endpoint's client; None for a public endpoint, the console's playground and the smoke test.
    client: str | None
    #: The id of the request, as in the answer's `X-Request-Id`. Callers may choose it: it is no identity.
    request_id: str

    @property
    def headers(self) -> dict[str, str]:
        """The identity as a proxy would tell it: `X-Forwarded-User` where there is a client, else nothing."""
        return {} if self.client is None else {"X-Forwarded-User": self.client}


NOBODY = Caller(client=None, request_id="")

_current: contextvars.ContextVar[Caller] = contextvars.ContextVar("slipway_caller", default=NOBODY)


def current() -> Caller:
    """The caller of the request being answered; nobody while the model is loaded, and in threads that the model starts.

    A thread has a context of its own: read the caller before handing work to one, or run it in
    `contextvars.copy_context()`.
    """
    return _current.get()


@contextlib.contextmanager
def answering(caller: Caller) -> Iterator[None]:
    """Used by the worker: within, `current()` is `caller`."""
    token = _current.set(caller)
    try:
        yield
    finally:
        _current.reset(token)
