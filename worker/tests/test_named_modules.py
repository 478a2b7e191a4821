"""The modules that a model's files name, found without running any of them."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import mlflow.sklearn
import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from named_modules import named_modules


def test_the_modules_of_every_format_are_found(tmp_path: Path) -> None:
    rows = np.arange(40.0).reshape(20, 2)
    model = make_pipeline(StandardScaler(), RandomForestClassifier(n_estimators=3)).fit(rows, rows[:, 0] > 10)
    expected = {"sklearn.pipeline", "sklearn.preprocessing._data", "sklearn.ensemble._forest", "sklearn.tree._classes"}
    for serialization in ("skops", "pickle", "cloudpickle"):
        folder = tmp_path / serialization
        options = {"skops_trusted_types": ["sklearn.tree._tree.Tree"]} if serialization == "skops" else {}
        mlflow.sklearn.save_model(
            model, str(folder), serialization_format=serialization, pip_requirements=["scikit-learn"], **options
        )
        found = set(named_modules(str(folder)))
        assert expected <= found and ("skops.io" in found) == (serialization == "skops")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_old_and_new_pickles_are_read(tmp_path: Path, protocol: int) -> None:
    values: list[Any] = [np.float64(1.0), Path("x"), Path("y"), "sklearn", np.arange(3)]
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(values, protocol))
    assert {name.split(".")[0] for name in named_modules(str(tmp_path))} <= {
        "numpy",
        "pathlib",
        "copy_reg",
        "copyreg",
        "_codecs",
        "__builtin__",
        "builtins",
    }
    assert "pathlib" in named_modules(str(tmp_path))


class Plants:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (Path.touch, (self.path,))


def test_nothing_is_run_and_what_is_damaged_names_nothing(tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(Plants(planted)))
    (tmp_path / "other.pkl").write_bytes(b"\x80\x04no pickle")
    (tmp_path / "model.skops").write_bytes(b"no archive")
    assert "pathlib" in named_modules(str(tmp_path))
    assert not planted.exists()


def test_a_pickle_that_is_long_and_names_nothing_is_left_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("named_modules.SECONDS_MAX", 0.05)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps([list(range(3_000_000)), Path("x")]))
    assert "pathlib" not in named_modules(str(tmp_path))
