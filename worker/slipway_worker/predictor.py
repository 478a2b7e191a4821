"""Answers requests: together what provably can be, everything else one by one.

A request is read by its protocol into a question. One that the compiled signature can read (`compiled.py`) has a part; of
these, as many as batching allows are one call of the model. Whatever goes wrong in such a call, its requests are answered
one by one, so that none is touched by another.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from typing import Callable

from slipway_worker import caller
from slipway_worker.answers import Answer, Answers, worker_failure
from slipway_worker.batch_check import check_batches
from slipway_worker.batching import Batching
from slipway_worker.encode import Unsplittable
from slipway_worker.problems import error_line
from slipway_worker.questions import Question, Reader
from slipway_worker.request import BATCH_CHECK, Request
from slipway_worker.served_model import ServedModel, Told

#: Marks requests as begun; gives those that are still wanted.
Begin = Callable[[list[Request]], list[Request]]
ROWS_MAX = 4096


class Predictor:
    """Answers for one model, one call of it after another."""

    def __init__(
        self, model: ServedModel, readers: dict[str, Reader], batching: Batching, rows_max: int = ROWS_MAX
    ) -> None:
        self._model = model
        self._readers = readers
        self._batching = batching
        self._rows_max = rows_max

    def answer(self, requests: list[Request], begin: Begin) -> Iterator[Answers]:
        """Answers the requests of one frame, each once, except those that `begin` does not give back."""
        questions: list[Question] = []
        for request in requests:
            read = self._read(request)
            if isinstance(read, Answer):
                if begin([request]):
                    yield Answers([request.id], [read])
            else:
                questions.append(read)
        if self._batching.is_on and len(questions) > 1:
            yield from self._answer_many(questions, begin)
        else:
            for question in questions:
                yield from self._alone(question, begin)

    def _read(self, request: Request) -> Question | Answer:
        try:
            return self._readers[request.path].read(request)
        except Exception as error:  # noqa: BLE001  a request that cannot be read must not end the worker
            return worker_failure(error, request.caller.request_id)

    def _answer_many(self, questions: list[Question], begin: Begin) -> Iterator[Answers]:
        untried = self._untried(questions)
        for question in untried:
            yield from self._alone(question, begin)
        rest = [question for question in questions if question not in untried] if untried else questions
        together = [question for question in rest if self._joins(question)]
        alone = [question for question in rest if not self._joins(question)] if len(together) < len(rest) else []
        for group in self._groups(together):
            yield from self._together(group, begin)
        for question in alone:
            yield from self._alone(question, begin)

    def _untried(self, questions: list[Question]) -> list[Question]:
        """The first question of each format that has not been proven yet."""
        found: dict[str, Question] = {}
        for question in questions:
            if question.part is not None and self._model.proofs.is_trusted(question.part.form) is None:
                found.setdefault(question.part.form, question)
        return list(found.values())

    def _joins(self, question: Question) -> bool:
        return (
            question.part is not None
            and self._model.proofs.is_trusted(question.part.form) is True
            and question.request.path != BATCH_CHECK
        )

    def _groups(self, questions: list[Question]) -> Iterator[list[Question]]:
        """What may be one call: not too many rows and, once the model has asked for its caller, of one client only."""
        by_client: dict[str | None, list[Question]] = {}
        for question in questions:
            client = question.request.caller.client if caller.was_asked() else None
            by_client.setdefault(client, []).append(question)
        for several in by_client.values():
            group: list[Question] = []
            rows = 0
            for question in several:
                count = _rows(question)
                if group and rows + count > self._rows_max:
                    yield group
                    group, rows = [], 0
                group.append(question)
                rows += count
            if group:
                yield group

    def _together(self, group: list[Question], begin: Begin) -> Iterator[Answers]:
        wanted = set(begin([question.request for question in group]))
        group = [question for question in group if question.request in wanted]
        if len(group) < 2 or not self._batching.is_on:
            for question in group:
                yield self._tell(question)
            return
        try:
            answers = self._predict(group)
        except Exception as error:  # noqa: BLE001  whatever it is, each request is answered by itself
            yield from self._one_by_one(group, error)
            return
        self._batching.succeeded()
        ids = [question.request.id for question in group]
        yield Answers(ids, answers, sum(map(_rows, group)), self._batching.take_change())

    def _predict(self, group: list[Question]) -> list[Answer]:
        callers = [question.request.caller for question in group]
        is_mixed, was_asked = len({one.client for one in callers}) > 1, caller.was_asked()
        with caller.answering_together(callers):
            predictions = self._model.predict([question.part for question in group if question.part is not None])
        if is_mixed and caller.was_asked() != was_asked:
            # The model went on although it was not told of its caller.
            raise caller.SeveralCallers
        predictions.require_rows(sum(map(_rows, group)))
        answers: list[Answer] = []
        start = 0
        for question in group:
            end = start + _rows(question)
            answers.append(question.encode(predictions, slice(start, end)))
            start = end
        return answers

    def _one_by_one(self, group: list[Question], error: Exception) -> Iterator[Answers]:
        """Answers each of several requests that could not be answered together."""
        if isinstance(error, Unsplittable):
            self._batching.stop(f"The model's answers do not belong to rows: {error}.")
        elif not isinstance(error, caller.SeveralCallers):
            line = error_line(error, 300)
            print(
                f"slipway: {len(group)} requests are answered one by one, as they failed together: {line}",
                file=sys.stderr,
            )
        one_failed = False
        for question in group:
            answers = self._tell(question)
            one_failed = one_failed or answers.answers[0].status != 200
            if question is group[-1] and not isinstance(error, (Unsplittable, caller.SeveralCallers)):
                self._batching.failed(error, one_failed)
            yield answers._replace(batching=answers.batching or self._batching.take_change())

    def _alone(self, question: Question, begin: Begin) -> Iterator[Answers]:
        if not begin([question.request]):
            return
        yield self._check(question) if question.request.path == BATCH_CHECK else self._tell(question)

    def _check(self, question: Question) -> Answers:
        with caller.answering(question.request.caller):
            try:
                check_batches(self._model, self._batching, question)
            except Exception:  # noqa: BLE001  a model may answer anything; what cannot be compared proves nothing
                traceback.print_exc()
        self._batching.take_change()
        return Answers([question.request.id], [Answer(200, "", b"")], None, self._batching.state)

    def _tell(self, question: Question) -> Answers:
        with caller.answering(question.request.caller):
            try:
                told = self._model.tell(question)
            except Exception as error:  # noqa: BLE001  as above
                told = Told(worker_failure(error, question.request.caller.request_id), None)
        return Answers([question.request.id], [told.answer], told.rows, self._batching.take_change())


def _rows(question: Question) -> int:
    return 0 if question.part is None else question.part.rows
