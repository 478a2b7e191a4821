"""What a template has in memory for its children: imported modules, and never a thread that a fork would lose."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import os
import pkgutil
import sys
import sysconfig
import tempfile
import threading
from typing import Callable

import slipway_worker

#: Threads of native libraries that look after themselves at a fork: jemalloc (in pyarrow) registers with pthread_atfork.
AT_HOME_IN_FORKS = frozenset({"jemalloc_bg_thd"})


#: How many modules the template has; its children need not tell it of these.
known = 0


class Imports:
    """Imports modules and watches which threads that starts."""

    def __init__(self) -> None:
        self._roots = package_folders()
        self._warm = False
        self._threads = thread_ids()

    def take(self, modules: list[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
        """Imports what lies in the environment, Python or this package.

        Returns:
            The modules that could not be imported, with the error; and those that started threads, with their names.
        """
        failed: dict[str, str] = {}
        threads: dict[str, list[str]] = {}
        for name in [*own_modules(), *modules]:
            if name in sys.modules:
                continue
            try:
                if not self._is_inside(name):
                    raise ImportError("it does not lie in the environment")
                importlib.import_module(name)
            except BaseException as error:  # noqa: BLE001  a package may raise anything, also SystemExit
                failed[name] = f"{type(error).__name__}: {error}"
            if started := self._new_threads():
                threads[name] = started
        if not self._warm and "mlflow.pyfunc" in sys.modules:
            self._warm = True
            try:
                warm_up()
            except Exception as error:  # noqa: BLE001  children do without what this would have saved them
                print(f"slipway: the template could not be warmed up: {error!r}", file=sys.stderr)
            if started := self._new_threads():
                threads["mlflow.pyfunc"] = started
        global known
        known = len(sys.modules)
        return failed, threads

    def strangers(self) -> list[str]:
        """Names of threads that run now and did not when the last import was looked at."""
        return [] if thread_ids() <= self._threads else self._new_threads()

    def _new_threads(self) -> list[str]:
        """Threads that were started since the last look and that a fork would lose."""
        if thread_ids() <= self._threads:
            return []
        # OpenBLAS ends its threads when a fork begins and starts them when it needs them: so this tells who does not.
        try_fork()
        started = thread_ids() - self._threads
        self._threads = thread_ids()
        names = [thread_name(thread) for thread in started]
        return [name for name in names if name not in AT_HOME_IN_FORKS]

    def _is_inside(self, name: str) -> bool:
        """Nothing is run that a model may have written somewhere else."""
        spec = importlib.util.find_spec(name.partition(".")[0])
        if spec is None:
            raise ModuleNotFoundError(f"No module named '{name}'")
        if spec.origin in ("built-in", "frozen"):
            return True
        places = list(spec.submodule_search_locations or []) or [spec.origin or ""]
        return all(os.path.join(os.path.realpath(place), "").startswith(self._roots) for place in places)


def new_modules() -> list[tuple[str, object]]:
    """What was imported since the fork, or at all where there was none; in the order of import.

    To look at a module is to write to its page (Python counts references there), which would then be this process's own.
    """
    count = max(0, len(sys.modules) - known)
    names = list(itertools.islice(reversed(sys.modules), count))
    return [(name, sys.modules[name]) for name in reversed(names) if name in sys.modules]


def imported_modules() -> list[str]:
    """Names of the modules of the environment and of Python that the template does not have, in the order of import."""
    roots = package_folders()
    inside: dict[str, bool] = {}
    names = []
    for name, module in new_modules():
        file = getattr(module, "__file__", None)
        if not isinstance(file, str) or getattr(module, "__name__", None) != name:
            continue
        folder = os.path.dirname(file)
        if folder not in inside:
            inside[folder] = os.path.join(os.path.realpath(folder), "").startswith(roots)
        if inside[folder]:
            names.append(name)
    return names


def package_folders() -> tuple[str, ...]:
    """Where the packages of the environment, Python itself and this package lie."""
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders.add(os.path.dirname(os.path.abspath(slipway_worker.__file__)))
    folders.add(sysconfig.get_config_var("DESTSHARED") or sysconfig.get_path("stdlib"))
    return tuple(os.path.realpath(folder) + os.sep for folder in sorted(folders))


def own_modules() -> list[str]:
    """All modules of this package, among them the replica's program."""
    return [f"slipway_worker.{module.name}" for module in pkgutil.iter_modules(slipway_worker.__path__)]


def try_fork() -> None:
    """Forks a child that ends at once."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def thread_ids() -> set[int]:
    """The operating system's threads of this process, the main one excepted."""
    if sys.platform != "linux":
        return {thread.native_id or 0 for thread in threading.enumerate()} - {threading.main_thread().native_id or 0}
    return {int(thread) for thread in os.listdir("/proc/self/task")} - {os.getpid()}


def thread_name(thread: int) -> str:
    """What the kernel calls a thread."""
    try:
        with open(f"/proc/self/task/{thread}/comm", encoding="utf-8") as file:
            return file.read().strip()
    except OSError:
        return "one that has ended"


#: A model of our own. Loading and asking it fills the caches that each child would fill for itself.
WARM_UP_MODEL = """flavors:
  python_function:
    loader_module: slipway_worker.preload
mlflow_version: 2.0.0
signature:
  inputs: '[{"type": "double", "name": "x"}]'
  outputs: '[{"type": "double"}]'
"""
WARM_UP_BODY = '{"dataframe_split": {"columns": ["x"], "data": [[1.0]]}}'


class Nothing:
    """Predicts what it is given."""

    def predict(self, data: object) -> object:
        """The data itself."""
        return data


def _load_pyfunc(_path: str) -> Nothing:
    """The name that MLflow looks for in a loader module."""
    return Nothing()


def warm_up() -> None:
    """Loads and asks a model of our own, through MLflow's code alone: no native library computes anything."""
    import mlflow.pyfunc
    from mlflow.pyfunc import scoring_server

    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "MLmodel"), "w", encoding="utf-8") as file:
            file.write(WARM_UP_MODEL)
        model = mlflow.pyfunc.load_model(folder, suppress_warnings=True)
        invocations: Callable[..., object] = scoring_server.invocations
        invocations(WARM_UP_BODY, "application/json", model, model.metadata.get_input_schema())
