"""`python -m slipway_worker --model <folder> --socket <path>`: one replica."""

from __future__ import annotations

import argparse
import os
import sys
import traceback

from slipway_worker import process
from slipway_worker.events import Events


def main() -> int:
    """Loads the model, reports on file descriptor 3, and serves until it is told to stop."""
    parser = argparse.ArgumentParser(prog="slipway_worker")
    parser.add_argument("--model", required=True, help="folder that holds the MLmodel file")
    parser.add_argument("--socket", required=True, help="path of the Unix socket to listen on")
    parser.add_argument("--modules", help="file to list the imported Python files in, see import_lists.py")
    parser.add_argument("--modules-of-template", action="store_true", help="list also what the template had imported")
    parser.add_argument("--imports", help="file to list the names of the imported modules in")
    parser.add_argument("--packages", help="folder of packages to use where the environment has none")
    parser.add_argument("--memory-max", type=int, help="limit of memory in bytes; beyond it Python raises MemoryError")
    parser.add_argument("--processes-max", type=int, help="limit of processes and threads of this user")
    parser.add_argument("--batching", choices=("auto", "on", "off"), default="auto", help="see batching.py")
    parser.add_argument("--rows-max", type=int, default=4096, help="rows predicted together, if of several requests")
    parser.add_argument("--name", default="model", help="the model's name in Open Inference answers")
    parser.add_argument("--version", default="", help="the model's version in Open Inference answers")
    options = parser.parse_args()

    if options.packages and options.packages not in sys.path:
        sys.path.append(options.packages)
    process.die_with_parent()
    process.stop_when_input_ends()
    process.limit_resources(options.processes_max, options.memory_max)
    events = Events(3)
    events.loading("Importing MLflow")
    try:
        from slipway_worker import loading, smoke_test
        from slipway_worker.import_lists import ImportLists
        from slipway_worker.server import Server
        from slipway_worker.serving import Settings, serve_model

        loaded = loading.load(options.model)
        settings = Settings(options.batching, options.rows_max, options.name, options.version)
        serving = serve_model(loaded.model, settings)
        server = Server(options.socket)
        smoke = smoke_test.find(loaded.model, options.model)
    except BaseException as error:  # noqa: BLE001  a model may raise anything, also SystemExit, while it is unpickled
        traceback.print_exc()
        events.failed(loading_error(error))
        return 1
    lists = ImportLists(options.modules, options.imports, options.modules_of_template)
    if smoke is None:
        lists.write()  # nobody knows when it will be asked
    signature = loaded.model.metadata.signature
    events.ready(
        loaded.load_ms,
        loaded.flavors,
        loaded.mlflow_version,
        smoke,
        signature.to_dict() if signature is not None else None,
        serving.batching.state,
    )
    answer = serving.predictor.answer
    server.serve(answer if smoke is None else lists.with_first(answer))
    return 0


def loading_error(error: BaseException) -> str:
    """The line a Python traceback ends with."""
    from slipway_worker.problems import error_line

    return error_line(error, 1000)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads that a model left behind must not keep a stopped worker alive.
    os._exit(code)
