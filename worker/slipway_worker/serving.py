"""Puts together what answers for one loaded model."""

from __future__ import annotations

from typing import Any, NamedTuple

from slipway_worker import request
from slipway_worker.batching import Batching, decide
from slipway_worker.open_inference import OpenInferenceReader
from slipway_worker.predictor import ROWS_MAX, Predictor
from slipway_worker.questions import Reader, ScoringReader
from slipway_worker.seldon import SeldonReader
from slipway_worker.served_model import ServedModel


class Settings(NamedTuple):
    """What the deployment says of serving."""

    #: See `batching.MODES`.
    batching: str = "auto"
    #: Rows of one call of the model, if they come from several requests.
    rows_max: int = ROWS_MAX
    #: As Open Inference answers call the model.
    name: str = "model"
    version: str = ""


class Serving(NamedTuple):
    """What answers requests, and whether it answers several at once."""

    predictor: Predictor
    batching: Batching


def serve_model(model: Any, settings: Settings) -> Serving:
    """What answers for a loaded pyfunc model."""
    served = ServedModel(model)
    batching = decide(settings.batching, model, served.compiled)
    scoring = ScoringReader(served.compiled.plan)
    readers: dict[str, Reader] = {
        request.INVOCATIONS: scoring,
        request.BATCH_CHECK: scoring,
        request.V2_INFER: OpenInferenceReader(served.compiled.plan, model.metadata, settings.name, settings.version),
        request.SELDON_PREDICTIONS: SeldonReader(served.compiled.plan, model.metadata),
    }
    return Serving(Predictor(served, readers, batching, settings.rows_max), batching)
