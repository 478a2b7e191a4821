"""`fork_soak.py <family> <rounds> <folder>`: forks replicas of a model again and again from one template and asks them.

A fork that has lost a thread or kept a lock of native code hangs: each round has a time limit. Prints one line of JSON with
what was measured. The template has the flavour's native libraries loaded from the second round on, as in the data plane.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable

import mlflow.sklearn
import numpy as np
from template_kit import MLFLOW, Running

ROUND_SECONDS_MAX = 120
#: As many as make native code work on several threads.
THREADS = 2
ROWS = 512


def logistic_regression() -> Any:
    """BLAS."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=200)


def boosted_forest() -> Any:
    """Predicts with OpenMP."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(max_iter=20)


def random_forest() -> Any:
    """Predicts on threads of joblib's."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=20, n_jobs=THREADS)


def xgboost() -> Any:
    """Has an OpenMP of its own."""
    import xgboost as package

    return package.XGBClassifier(n_estimators=20, n_jobs=THREADS)


def lightgbm() -> Any:
    """Has an OpenMP of its own."""
    import lightgbm as package

    return package.LGBMClassifier(n_estimators=20, n_jobs=THREADS, verbose=-1)


FAMILIES: dict[str, Callable[[], Any]] = {
    family.__name__: family for family in (logistic_regression, boosted_forest, random_forest, xgboost, lightgbm)
}


def is_installed(family: str) -> bool:
    """scikit-learn always is."""
    return family not in ("xgboost", "lightgbm") or importlib.util.find_spec(family) is not None


def save(family: str, folder: Path) -> tuple[Path, Any, list[Any]]:
    """Trains and saves a model; gives it with a body to ask and the answer to expect."""
    random = np.random.default_rng(7)
    rows = random.normal(size=(ROWS, 8)).round(3)
    labels = (rows.sum(axis=1) > 0).astype(int)
    model = FAMILIES[family]().fit(rows, labels)
    path = folder / "model"
    if family in ("xgboost", "lightgbm"):
        importlib.import_module(f"mlflow.{family}").save_model(model, str(path), pip_requirements=[family])
    else:
        options = {"serialization_format": mlflow.sklearn.SERIALIZATION_FORMAT_CLOUDPICKLE}
        mlflow.sklearn.save_model(model, str(path), pip_requirements=["scikit-learn"], **options)
    return path, {"inputs": rows.tolist()}, model.predict(rows).tolist()


def one_round(template: Running, model: Path, body: Any, expected: list[Any]) -> float:
    """Two replicas side by side, asked in turns; gives how long the first took until its first right answer, in ms."""
    started = time.monotonic()
    lists = [template.folder / f"imports-{number}.txt" for number in range(2)]
    replicas = [template.fork(model, "--imports", str(path)) for path in lists]
    first_ms = None
    for turn in range(3):
        for replica in replicas:
            if turn == 0:
                event = replica.until_started()
                assert event["event"] == "ready", event
            given = [round(value) for value in replica.predict(body)]
            assert given == expected, "a forked replica predicts something else"
            if first_ms is None:
                first_ms = (time.monotonic() - started) * 1000
    assert first_ms is not None
    for replica in replicas:
        os.kill(replica.pid, signal.SIGTERM)
    ended = [template.next() for _ in replicas]
    assert all(event["event"] == "exited" and event["code"] == 0 for event in ended), ended
    names = lists[0].read_text().split()
    if names:
        imported = template.imports(*names)
        assert imported["threads"] == {}, imported["threads"]
    for replica in replicas:
        replica.close()
    return first_ms


def main(family: str, rounds: int, folder: Path) -> None:
    """Makes the rounds, each within its time."""
    if not is_installed(family):
        print(json.dumps({"skipped": f"{family} is not installed"}))
        return
    model, body, expected = save(family, folder)
    (folder / "template").mkdir()
    template = Running(folder / "template", THREADS)
    try:
        template.imports(*MLFLOW)
        times = []
        for _ in range(rounds):
            signal.alarm(ROUND_SECONDS_MAX)
            times.append(one_round(template, model, body, expected))
        signal.alarm(0)
    finally:
        template.process.kill()
    warm = times[1:] or times
    figures = {"rounds": rounds, "forks": 2 * rounds, "threads": THREADS}
    print(json.dumps({**figures, "first ms": round(statistics.median(warm)), "first ms, most": round(max(warm))}))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[3]) as own:
        os.chdir(own)
        main(sys.argv[1], int(sys.argv[2]), Path(own))
