"""Who sent the request that the model is answering: for the code of models.

    from slipway_worker import caller

    client = caller.current().client  # "batch", or None on a public endpoint

The gateway checks the client's token and tells the worker the client's name beside the request. Nothing here comes from
the headers of a request, which anybody can write: a caller's own `X-Forwarded-User` never gets further than the gateway.

A model whose requests are predicted together is told of one client at a time: from the moment when it first asks, only
requests of the same client share a call. The call in which it first asks, should it hold requests of several clients, is
given up where it asks, and its requests are answered one by one.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Caller(NamedTuple):
    """The caller of one request."""

    #: The name of the endpoint's client; None for a public endpoint, the console's playground and the smoke test.
    client: str | None
    #: The id of the request, as in the answer's `X-Request-Id`; of requests that are predicted together all their ids, with
    #: spaces between them. Callers may choose it: it is no identity.
    request_id: str

    @property
    def headers(self) -> dict[str, str]:
        """The identity as a proxy would tell it: `X-Forwarded-User` where there is a client, else nothing."""
        return {} if self.client is None else {"X-Forwarded-User": self.client}


class SeveralCallers(Exception):
    """Raised where a model asks for the first time, while it answers several clients at once: it is called again for each."""


NOBODY = Caller(client=None, request_id="")

#: None: the callers are several.
_current: contextvars.ContextVar[Caller | None] = contextvars.ContextVar("slipway_caller", default=NOBODY)

_asked = False


def current() -> Caller:
    """The caller of the request being answered; nobody while the model is loaded, and in threads that the model starts.

    A thread has a context of its own: read the caller before handing work to one, or run it in
    `contextvars.copy_context()`.
    """
    global _asked
    _asked = True
    caller = _current.get()
    if caller is None:
        raise SeveralCallers("this call of the model answers several clients; it is repeated for each of them")
    return caller


def was_asked() -> bool:
    """Used by the worker: whether the model has ever asked for its caller."""
    return _asked


@contextlib.contextmanager
def answering(caller: Caller) -> Iterator[None]:
    """Used by the worker: within, `current()` is `caller`."""
    with _telling(caller):
        yield


@contextlib.contextmanager
def answering_together(callers: Sequence[Caller]) -> Iterator[None]:
    """Used by the worker: within, `current()` is the one client that all callers are, else it raises SeveralCallers."""
    clients = {caller.client for caller in callers}
    ids = " ".join(caller.request_id for caller in callers)
    with _telling(Caller(clients.pop(), ids) if len(clients) == 1 else None):
        yield


@contextlib.contextmanager
def _telling(caller: Caller | None) -> Iterator[None]:
    token = _current.set(caller)
    try:
        yield
    finally:
        _current.reset(token)
