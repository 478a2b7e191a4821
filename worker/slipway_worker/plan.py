"""What a compiled signature offers (`compiled.py` says what it is)."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from slipway_worker.number_rows import NumberRows


class Part(NamedTuple):
    """What one request asks for: its rows, checked and converted."""

    rows: int
    #: Which of MLflow's formats it came in; each is proven on its own.
    form: str
    #: As the plan keeps it.
    values: Any


class Plan(Protocol):
    """Turns parsed bodies into the model's input."""

    #: Whether parts of several requests make one input.
    joins: bool
    #: What `read_number_rows` understands: names of formats.
    number_forms: frozenset[bytes]

    def read_number_rows(self, rows: NumberRows) -> Part | None:
        """What a body asks for that has been read so far; None: it is to be read by `read`."""

    def read(self, document: Any) -> Part | None:
        """What a parsed JSON body asks for; None when only MLflow's own code can tell."""

    def join(self, parts: list[Part]) -> Any:
        """One input for the model from the rows of all parts, in order: as MLflow would have made it."""

    def rows(self, part: Part, count_max: int) -> list[Part]:
        """A part for each of its first rows."""

    def varied(self, part: Part) -> Part:
        """The same rows with other numbers where they are floats, which may be any."""
