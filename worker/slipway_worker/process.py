"""Binds the worker's life and appetite to what the data plane allows."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import select
import signal
import sys
import threading

PR_SET_PDEATHSIG = 1
F_SETSIG = 10
FILES_MAX = 4096

_bound_to_input = False


def die_with_parent() -> None:
    """Asks Linux to kill this process when its parent dies; elsewhere `stop_when_input_ends` does it."""
    if sys.platform != "linux" or _bound_to_input:
        return
    parent = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        print("slipway: the kernel refused PR_SET_PDEATHSIG", file=sys.stderr)
    if os.getppid() != parent or parent == 1:
        os._exit(1)


def die_when_input_ends() -> None:
    """Asks Linux to kill this process when the other side of its standard input, a socket, closes.

    For a fork, whose parent is the template: that may end without taking its children along, the data plane may not.
    """
    global _bound_to_input
    fcntl.fcntl(0, F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    _bound_to_input = True


def stop_when_input_ends() -> None:
    """Leaves at once when standard input reaches its end: the data plane holds the other side of the pipe."""

    def watch() -> None:
        try:
            # A reader that blocks in `read` would keep Linux from sending the signal of `die_when_input_ends`.
            while select.select([0], [], []) and os.read(0, 1024):
                pass
        except OSError:
            pass
        os._exit(1)

    threading.Thread(target=watch, name="slipway-lifeline", daemon=True).start()


def limit_resources(processes_max: int | None, memory_max: int | None = None) -> None:
    """No core dumps, a bounded number of open files, bounded memory and, where the user is the worker's own, processes.

    The memory limit is on what the process itself has written or may write (RLIMIT_DATA, which Linux counts for private
    mappings too), so that one large allocation raises MemoryError instead of being noticed after it has hurt others.
    """
    if memory_max is not None and sys.platform == "linux":
        lower(resource.RLIMIT_DATA, memory_max)
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_NOFILE, FILES_MAX)
    if processes_max is not None and os.getuid() != 0:
        lower(resource.RLIMIT_NPROC, processes_max)


def lower(kind: int, limit: int) -> None:
    """Lowers a limit for good; one that is already lower stays."""
    _, hard = resource.getrlimit(kind)
    bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(kind, (bound, bound))
