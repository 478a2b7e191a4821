"""Downloads one registered model version through MLflow itself, and says what came.

Run by the agent with the tools' Python: `fetch_model.py --name N --version V --into FOLDER`, the tracking URI and the
credentials in the environment. Lines of JSON on standard output: `progress`, then `done` or `failed`.
It never unpickles or imports anything of the model.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import stat
import sys
import threading
from typing import Any

from named_modules import named_modules

PERMANENT_CODES = {
    "RESOURCE_DOES_NOT_EXIST",
    "PERMISSION_DENIED",
    "UNAUTHENTICATED",
    "INVALID_PARAMETER_VALUE",
    "BAD_REQUEST",
    "ENDPOINT_NOT_FOUND",
}


class Refused(Exception):
    """The version can be read but not served; trying again does not help."""


def main() -> int:
    """Downloads, verifies, reports."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--into", required=True)
    options = parser.parse_args()
    # Progress bars are noise in a step's output; a stalled server must not be waited for by many silent retries.
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    try:
        folder = download(options.name, options.version, options.into)
        files = manifest(folder)
        report(event="done", path=folder, files=files, facts=facts(folder))
        return 0
    except Refused as error:
        report(event="failed", transient=False, error=str(error))
    except Exception as error:  # noqa: BLE001  every store has its own errors; all are told
        report(event="failed", transient=is_transient(error), error=error_line(error))
    return 1


def download(name: str, version: str, into: str) -> str:
    """Fetches the version's files; gives the folder that holds them."""
    import mlflow.artifacts
    from mlflow import MlflowClient

    uri = MlflowClient().get_model_version_download_uri(name, version)
    report(event="progress", message=f"Downloading {uri}")
    done = threading.Event()
    threading.Thread(target=watch, args=(into, done), daemon=True).start()
    try:
        return mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=into)
    finally:
        done.set()


def watch(folder: str, done: threading.Event) -> None:
    """Reports how much has come, every second."""
    last = 0
    while not done.wait(1):
        count, size = 0, 0
        for parent, _, names in os.walk(folder):
            for name in names:
                try:
                    size += os.lstat(os.path.join(parent, name)).st_size
                    count += 1
                except OSError:
                    continue
        if size != last:
            last = size
            report(event="progress", message=f"{count} files, {size / 1e6:.1f} MB")


def manifest(folder: str) -> list[dict[str, Any]]:
    """Every file with its size and SHA-256; refuses what is neither a file nor a folder."""
    if not os.path.isdir(folder):
        raise Refused("The version's artifact is a single file, not a model folder. Log it again as an MLflow model.")
    files: list[dict[str, Any]] = []
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(folders + names):
            path = os.path.join(parent, name)
            mode = os.lstat(path).st_mode
            relative = os.path.relpath(path, folder)
            if stat.S_ISDIR(mode):
                continue
            if not stat.S_ISREG(mode):
                raise Refused(f"The model holds {relative!r}, which is neither a file nor a folder; it is refused.")
            files.append({"path": relative, "bytes": os.path.getsize(path), "sha256": sha256(path)})
    return files


def sha256(path: str) -> str:
    """The digest of a file, read in pieces."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def facts(folder: str) -> dict[str, Any]:
    """What the environment needs to know, read from the files that MLflow wrote."""
    if not os.path.isfile(os.path.join(folder, "MLmodel")):
        raise Refused("The version's files lack 'MLmodel'. They were deleted or never uploaded; log the model again.")
    ml_model = read_yaml(folder, "MLmodel")
    flavor = (ml_model.get("flavors") or {}).get("python_function")
    if not isinstance(flavor, dict):
        raise Refused("The model has no 'python_function' flavor, so MLflow itself cannot serve it. Log it with one.")
    missing = sorted(named for named in named_files(flavor) if not os.path.exists(os.path.join(folder, named)))
    if missing:
        names = ", ".join(repr(name) for name in missing)
        raise Refused(f"The version's files lack {names}, which its MLmodel names. Log the model again.")
    python_version, requirements = environment(folder)
    return {
        "mlflowVersion": text(ml_model.get("mlflow_version")),
        "pythonVersion": python_version or text(flavor.get("python_version")),
        "requirements": requirements,
        "flavors": sorted(str(name) for name in ml_model["flavors"]),
        "loaderModule": text(flavor.get("loader_module")),
        "modules": named_modules(folder),
    }


def named_files(flavor: dict[str, Any]) -> list[str]:
    """The paths inside the model that its flavor points to."""
    named = [flavor.get(key) for key in ("data", "model_path", "python_model", "code")]
    named += [entry.get("path") for entry in (flavor.get("artifacts") or {}).values() if isinstance(entry, dict)]
    return [name for name in named if isinstance(name, str) and not os.path.isabs(name)]


def environment(folder: str) -> tuple[Any, Any]:
    """The Python version, and the requirements where they are not in `requirements.txt`."""
    has_requirements = os.path.isfile(os.path.join(folder, "requirements.txt"))
    conda = read_yaml(folder, "conda.yaml")
    python_version = text(read_yaml(folder, "python_env.yaml").get("python"))
    pip: list[str] = []
    for entry in conda.get("dependencies") or []:
        if isinstance(entry, str) and entry.split("=")[0].strip() == "python":
            python_version = python_version or entry.split("=")[-1].strip()
        if isinstance(entry, dict):
            pip += [str(line) for line in entry.get("pip") or []]
    return python_version, None if has_requirements else pip


def read_yaml(folder: str, name: str) -> dict[str, Any]:
    """A YAML file of the model as a dictionary; empty when there is none."""
    import yaml

    path = os.path.join(folder, name)
    if not os.path.isfile(path):
        return {}
    with open(path, encoding="utf-8") as file:
        try:
            content = yaml.safe_load(file)
        except yaml.YAMLError as error:
            raise Refused(f"The model's {name} is not valid YAML: {error_line(error)}") from error
    return content if isinstance(content, dict) else {}


def text(value: Any) -> Any:
    """A value that YAML may have read as a number, as text."""
    return None if value is None else str(value)


def is_transient(error: Exception) -> bool:
    """True when trying again may help: connections, time-outs, overloaded servers."""
    code = getattr(error, "error_code", None)
    status = getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(status, int):
        return status == 429 or status >= 500
    if code in PERMANENT_CODES or isinstance(error, (FileNotFoundError, PermissionError, ModuleNotFoundError)):
        return False
    return "No such artifact" not in str(error)


def error_line(error: BaseException) -> str:
    """The error in one line; of a failed connection only where it went and why it failed."""
    message = " ".join(str(error).split())
    host = re.search(r"host='([^']+)', port=(\d+)", message)
    why = re.search(
        r"\[(?:Errno|SSL:)[^\]]*\] ([^()\"']+)|(Read timed out|timed out)|(Name or service not known)", message
    )
    if host and why:
        return f"{host[1]}:{host[2]} does not answer: {next(group for group in why.groups() if group).strip()}"
    return f"{type(error).__name__}: {message}"[:1000]


def report(**event: Any) -> None:
    """Writes one event."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
