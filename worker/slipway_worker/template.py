"""`python -m slipway_worker.template`: a process that has imported what the models of one environment import, and forks
replicas on request.

It never loads a model: models are code, and theirs runs in forked children only. It has one thread, opens nothing but its
own pipes, and does one thing after another, as lines of JSON on file descriptor 3 ask (`data-plane/src/agent/template.ts`):

    {"do": "import", "modules": [...]}   ->  {"event": "imported", ...}
    {"do": "fork", "id": ..., ...}       ->  {"event": "forked", "id": ..., "pid": ...} or {"event": "refused", ...}
                                             {"event": "exited", "pid": ..., "code": ..., "signal": ...} for each child
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import select
import signal
import sys
import time
from typing import Any

from slipway_worker import forked, preload, process

CONTROL = 3


class Template:
    """Does what it is asked until the other side of its control connection closes."""

    def __init__(self) -> None:
        self._imports = preload.Imports()
        self._received = b""
        # A child that ends wakes the loop through this pipe.
        self._woken, self._wake = os.pipe()
        for end in (self._woken, self._wake):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)

    def run(self) -> None:
        """Returns when the data plane has closed the connection."""
        while True:
            ready, _, _ = select.select([CONTROL, self._woken], [], [])
            if self._woken in ready:
                os.read(self._woken, 4096)
                self._tell_ended()
            if CONTROL in ready and not self._take_orders():
                return

    def _take_orders(self) -> bool:
        chunk = os.read(CONTROL, 1 << 16)
        *lines, self._received = (self._received + chunk).split(b"\n")
        for line in lines:
            order: dict[str, Any] = json.loads(line)
            if order["do"] == "import":
                self._import(order["modules"])
            elif order["do"] == "fork":
                self._fork(order)
        return chunk != b""

    def _import(self, modules: list[str]) -> None:
        started = time.monotonic()
        failed, threads = self._imports.take(modules)
        # Out of the reach of the children's collections, which would write to the pages of all that they look at. There is
        # garbage among it, which nobody touches either: to collect it here would leave holes for the children to fill.
        gc.freeze()
        milliseconds = (time.monotonic() - started) * 1000
        tell(
            {"event": "imported", "modules": len(sys.modules), "ms": milliseconds, "failed": failed, "threads": threads}
        )

    def _fork(self, order: dict[str, Any]) -> None:
        strangers = self._imports.strangers()
        if strangers:
            tell({"event": "refused", "id": order["id"], "error": f"threads run: {', '.join(strangers)}"})
            return
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            pid = os.fork()
        except OSError as error:
            tell({"event": "refused", "id": order["id"], "error": f"{type(error).__name__}: {error}"})
            return
        if pid == 0:
            signal.set_wakeup_fd(-1)
            os.close(self._woken)
            os.close(self._wake)
            forked.become_replica(order)
        tell({"event": "forked", "id": order["id"], "pid": pid})

    def _tell_ended(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            killed = signal.Signals(-code).name if code < 0 else None
            tell({"event": "exited", "pid": pid, "code": code if code >= 0 else None, "signal": killed})


def tell(event: dict[str, Any]) -> None:
    """Sends one line; when nobody listens any more the loop finds out."""
    line = (json.dumps(event) + "\n").encode()
    try:
        while line:
            line = line[os.write(CONTROL, line) :]
    except OSError:
        pass


def main() -> None:
    """Becomes the template."""
    parser = argparse.ArgumentParser(prog="slipway_worker.template")
    parser.add_argument("--packages", help="folder of packages to use where the environment has none")
    parser.add_argument("--room", help="filler: children write their command lines over it")
    options = parser.parse_args()
    process.die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Python puts the current folder, which models may write to, before the packages.
    sys.path[:] = [path for path in sys.path if path not in ("", os.getcwd())]
    if options.packages:
        sys.path.append(options.packages)
    # As MLflow's own server does before it loads a model; some flavors look while they are imported.
    os.environ["_MLFLOW_IS_IN_SERVING_ENVIRONMENT"] = "true"
    forked.clear_title_room()
    # Children collect for themselves.
    gc.disable()
    Template().run()


if __name__ == "__main__":
    main()
