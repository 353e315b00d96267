"""The command line: arguments to the pipeline, files and an exit code."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """
    Run the command that `sys.argv` names, and exit.

    Exit codes: 0 done or compliant, 1 conflict or undetermined, 2 bad input, 3 program fault.
    """
    from dzgis.cli.frame import run_guarded

    sys.exit(run_guarded(sys.argv[1:]))
