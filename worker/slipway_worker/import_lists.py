"""Tells the agent what was imported: files to compile for the next start, names for the template to import for the next fork.

Much is imported only by the first prediction. That is the smoke test's, for which no caller waits.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import NamedTuple

from slipway_worker import preload
from slipway_worker.answers import Answers
from slipway_worker.predictor import Begin
from slipway_worker.request import Request
from slipway_worker.server import Answer


class ImportLists(NamedTuple):
    """Where to write which list; None for not at all."""

    files: str | None
    names: str | None
    #: Whether the files of what the template had imported are listed too.
    all_files: bool = True

    def write(self) -> None:
        """Writes both; a replica serves on without them."""
        try:
            if self.files:
                write_lines(self.files, imported_files(self.all_files))
            if self.names:
                write_lines(self.names, preload.imported_modules())
        except OSError as error:
            print(f"slipway: the imported modules could not be listed: {error}", file=sys.stderr)

    def with_first(self, answer: Answer) -> Answer:
        """The same answers; the lists are there when the first ones are sent."""
        written = False

        def write_and_answer(requests: list[Request], begin: Begin) -> Iterator[Answers]:
            nonlocal written
            for answers in answer(requests, begin):
                if not written:
                    written = True
                    self.write()
                yield answers

        return write_and_answer


def imported_files(all_of_them: bool) -> list[str]:
    """The source files of what is imported, or only of what was imported since the fork."""
    modules = list(sys.modules.values()) if all_of_them else [module for _, module in preload.new_modules()]
    files = {getattr(module, "__file__", None) for module in modules}
    return sorted(file for file in files if isinstance(file, str) and file.endswith(".py"))


def write_lines(path: str, lines: list[str]) -> None:
    """Writes a file that is whole as soon as it is there."""
    with open(f"{path}.part", "w", encoding="utf-8") as out:
        out.write("\n".join(lines))
    os.replace(f"{path}.part", path)
