"""The ways to call one loaded model: through MLflow's own scoring code, or, with what a compiled signature has read, behind it."""

from __future__ import annotations

from typing import Any, NamedTuple

from slipway_worker.answers import Answer
from slipway_worker.bare_values import BareValues
from slipway_worker.compiled import compile_signature
from slipway_worker.encode import Predictions
from slipway_worker.entry import Entry
from slipway_worker.plan import Part, Plan
from slipway_worker.proof import Proofs
from slipway_worker.questions import Question, encode_scoring
from slipway_worker.scoring import Scorer


class Told(NamedTuple):
    """An answer, and the rows that were predicted for it; None where they were not counted."""

    answer: Answer
    rows: int | None


class ServedModel:
    """One loaded pyfunc model."""

    def __init__(self, model: Any) -> None:
        self._entry = Entry(model)
        self._scorer = Scorer(model, self._entry)
        self.compiled = compile_signature(model.metadata)
        self.proofs = Proofs(self._entry)
        self._bare = BareValues(model, self.compiled.plan)

    def tell(self, question: Question) -> Told:
        """Answers one question by the shortest way that is known to be right."""
        part = question.part
        trusted = part is not None and self.proofs.is_trusted(part.form)
        if part is None or trusted is False:
            return Told(self.score(question), None)
        if trusted is None:
            return Told(self._prove(question, part), part.rows)
        if self._bare.is_trusted:
            predictions = self._predict_bare(part)
            if predictions is not None:
                return Told(self._encode(question, predictions), part.rows)
        try:
            data = self._plan.join([part])
        except Exception:  # noqa: BLE001  pandas may refuse what the plan took: MLflow's own code decides
            return Told(self.score(question), None)
        return Told(self._predict_alone(question, data), part.rows)

    def predict(self, parts: list[Part]) -> Predictions:
        """Predicts all rows of trusted parts in one call; raises what the model raises."""
        data = self._bare.join(parts) if self._bare.is_trusted else self._plan.join(parts)
        return Predictions(self._entry.predict_enforced(data))

    def rows(self, part: Part, count_max: int) -> list[Part]:
        """A part for each of its first rows."""
        return self._plan.rows(part, count_max)

    def varied(self, part: Part) -> Part:
        """The same rows with other numbers where the type lets any be taken."""
        return self._plan.varied(part)

    def score(self, question: Question) -> Answer:
        """Answers one question through MLflow's own scoring code."""
        request_id = question.request.caller.request_id
        answer = self._scorer.score(question.scoring_body(), question.scoring_type, request_id)
        if answer.status != 200 or question.encode is encode_scoring:
            return answer
        return self._encode(question, Predictions(self._scorer.predictions))

    def _predict_alone(self, question: Question, data: Any) -> Answer:
        self._entry.entered = False
        try:
            predictions = Predictions(self._entry.predict_enforced(data))
        except Exception as error:  # noqa: BLE001  whatever a model raises is answered
            return self._scorer.failed(error, question.request.caller.request_id)
        return self._encode(question, predictions)

    def _predict_bare(self, part: Part) -> Predictions | None:
        """None where the model fails: the DataFrame tells in which way."""
        try:
            return Predictions(self._entry.predict_enforced(self._bare.join([part])))
        except Exception:  # noqa: BLE001  whatever it is, it is found again
            return None

    def _encode(self, question: Question, predictions: Predictions) -> Answer:
        try:
            return question.encode(predictions, None)
        except Exception as error:  # noqa: BLE001  a model may answer what cannot be written
            return self._scorer.failed(error, question.request.caller.request_id)

    def _prove(self, question: Question, part: Part) -> Answer:
        """Answers by MLflow's own code, and holds what the plan has made of the question against it."""
        recorded = self._entry.record(lambda: self.score(question))
        answer: Answer = recorded.result
        try:
            made = self._plan.join([part])
        except Exception as error:  # noqa: BLE001  see tell
            print(f"slipway: {part.form} cannot be put together: {error}")
            made = None
        self.proofs.add(part.form, made, recorded.passed)
        if answer.status == 200 and made is not None and self._bare.is_possible:
            self._prove_bare(part, made)
        return answer

    def _prove_bare(self, part: Part, made: Any) -> None:
        """Has the question that was just scored answered from its values alone, too."""
        scored = self._scorer.predictions
        try:
            values = self._bare.join([part])
            self._bare.prove(made, values, (scored, self._entry.predict_enforced(values)))
        except Exception as error:  # noqa: BLE001  as above
            self._bare.give_up(error)

    @property
    def _plan(self) -> Plan:
        if self.compiled.plan is None:
            raise ValueError("without a plan there are no parts")
        return self.compiled.plan
