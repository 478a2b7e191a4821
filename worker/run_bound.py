"""`run_bound.py <program> [arguments]`: becomes the program, to be killed by Linux when the data plane dies."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() == 1:
            sys.exit(1)
    os.execvp(sys.argv[1], sys.argv[1:])
