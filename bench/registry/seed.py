"""Fills an MLflow database with registered models, versions, and runs with parameters and metrics, always the same.

Rows are inserted through MLflow's own table definitions, many at a time: to register 100,000 versions over its API
would take hours.
"""

from __future__ import annotations

import argparse
import random
import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy
from mlflow.store.model_registry.dbmodels.models import (
    SqlModelVersion,
    SqlModelVersionTag,
    SqlRegisteredModel,
)
from mlflow.store.tracking.dbmodels.models import SqlExperiment, SqlLatestMetric, SqlParam, SqlRun
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

PARAMS = [
    *(
        "C",
        "solver",
        "penalty",
        "max_iter",
        "learning_rate",
        "max_depth",
        "n_estimators",
        "subsample",
        "gamma",
        "alpha",
    ),
    *(
        "l1_ratio",
        "batch_size",
        "epochs",
        "optimizer",
        "dropout",
        "seed",
        "features",
        "scaler",
        "loss_function",
        "kernel",
    ),
]
METRICS = [
    *("accuracy", "precision", "recall", "f1", "auc", "loss", "val_accuracy", "val_loss", "rmse", "mae"),
    *("r2", "log_loss", "brier", "train_seconds", "epochs_run", "calibration", "lift", "ks", "coverage", "drift"),
]
WORDS = ("lbfgs", "saga", "newton-cg", "liblinear", "sag")
STAGES = ("ok", "old", "review", "broken")
TEXT_PARAMS = {"solver", "penalty", "optimizer", "scaler", "loss_function", "kernel"}
FIRST_MS = 1_760_000_000_000
STEP_MS = 60_000
VERSIONS_PER_INSERT = 2_500

Row = dict[str, Any]


def sizes(models: int, versions: int, largest: int) -> list[int]:
    """How many versions each model has: one has many, the others share the rest."""
    rest = versions - largest
    others = models - 1
    return [largest, *(rest // others + (1 if at < rest % others else 0) for at in range(others))]


def versions_of(counts: list[int]) -> Iterator[tuple[str, int, int]]:
    """Every version as its model's name, its number, and its place among all."""
    place = 0
    for model, count in enumerate(counts):
        for number in range(1, count + 1):
            yield f"model-{model:04d}", number, place
            place += 1


def param_value(key: str, chance: random.Random) -> str:
    """A word for keys that hold words, else a number as text."""
    if key in TEXT_PARAMS:
        return chance.choice(WORDS)
    return f"{chance.choice((0.001, 0.01, 0.1, 1.0, 10.0)) * chance.randint(1, 9):g}"


def rows_of(name: str, number: int, place: int, experiment: int) -> dict[str, list[Row]]:
    """All rows of one version, by table."""
    chance = random.Random(place)
    run = uuid.UUID(int=chance.getrandbits(128)).hex
    at_ms = FIRST_MS + place * STEP_MS
    artifacts = f"mlflow-artifacts:/{experiment}/{run}/artifacts"
    run_row = {
        **{"run_uuid": run, "name": f"run-{place}", "source_type": "LOCAL", "source_name": "", "entry_point_name": ""},
        **{"user_id": "seed", "status": "FINISHED", "start_time": at_ms, "end_time": at_ms + 1, "source_version": ""},
        **{"lifecycle_stage": "active", "artifact_uri": artifacts, "experiment_id": experiment},
    }
    version_row = {
        **{"name": name, "version": number, "creation_time": at_ms, "last_updated_time": at_ms, "description": ""},
        **{
            "user_id": "seed",
            "current_stage": "None",
            "source": f"{artifacts}/model",
            "run_id": run,
            "status": "READY",
        },
        **{"storage_location": f"{artifacts}/model", "run_link": ""},
    }
    return {
        "runs": [run_row],
        "params": [{"run_uuid": run, "key": key, "value": param_value(key, chance)} for key in PARAMS],
        "metrics": [
            {"run_uuid": run, "key": key, "value": chance.random(), "timestamp": at_ms, "step": 0, "is_nan": False}
            for key in METRICS
        ],
        "versions": [version_row],
        "tags": [{"name": name, "version": number, "key": "stage", "value": chance.choice(STAGES)}],
    }


def seed(uri: str, counts: list[int]) -> None:
    """Makes the schema, and fills it."""
    store = SqlAlchemyStore(uri, "mlflow-artifacts:/")
    tables = {
        "runs": SqlRun.__table__,
        "params": SqlParam.__table__,
        "metrics": SqlLatestMetric.__table__,
        "versions": SqlModelVersion.__table__,
        "tags": SqlModelVersionTag.__table__,
    }
    with store.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(sqlalchemy.text("PRAGMA synchronous = OFF"))
        experiment = connection.execute(
            sqlalchemy.select(sqlalchemy.func.min(SqlExperiment.experiment_id))
        ).scalar_one()
        models = [
            {"name": f"model-{model:04d}", "creation_time": FIRST_MS + model, "last_updated_time": FIRST_MS + model}
            for model in range(len(counts))
        ]
        connection.execute(SqlRegisteredModel.__table__.insert(), models)
        waiting: dict[str, list[Row]] = {name: [] for name in tables}
        for name, number, place in versions_of(counts):
            for table, rows in rows_of(name, number, place, experiment).items():
                waiting[table].extend(rows)
            if len(waiting["versions"]) == VERSIONS_PER_INSERT:
                flush(connection, tables, waiting)
                print(f"{place + 1:,} versions", flush=True)
        flush(connection, tables, waiting)


def flush(connection: sqlalchemy.Connection, tables: dict[str, Any], waiting: dict[str, list[Row]]) -> None:
    """Inserts what waits, table after table."""
    for name, table in tables.items():
        if waiting[name]:
            connection.execute(table.insert(), waiting[name])
            waiting[name].clear()


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("uri", help="the database, as SQLAlchemy takes it")
    parser.add_argument("--models", type=int, default=1_000)
    parser.add_argument("--versions", type=int, default=100_000)
    parser.add_argument("--largest", type=int, default=10_000, help="versions of the first model")
    arguments = parser.parse_args()
    seed(arguments.uri, sizes(arguments.models, arguments.versions, arguments.largest))


if __name__ == "__main__":
    main()
