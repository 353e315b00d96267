"""What surrounds every command: streams, languages, faults and exit codes."""

from __future__ import annotations

import itertools
import json
import logging
import os
import sys
from typing import TYPE_CHECKING

from dzgis.cli.codes import BAD_INPUT, DONE, PROGRAM_FAULT
from dzgis.errors import DzgisError
from dzgis.terms import LANGUAGES, Language, Text, default_language

if TYPE_CHECKING:
    from collections.abc import Sequence

_MANY_VALUES = {"--dem", "--protect", "--covers"}


def run_guarded(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; no fault leaves as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that cannot show a character shows a mark in its place.
            stream.reconfigure(errors="replace")
    lang = _language(arguments)
    os.environ["DZGIS_LANG"] = lang
    _log_to_stderr(lang)
    try:
        return _run(list(spread(arguments)))
    except DzgisError as error:
        return _tell_fault(error, lang, as_json="--json" in arguments)
    except KeyboardInterrupt:
        _say(Text("已中断；没有写出任何文件", "interrupted; nothing was written"), lang)
        return PROGRAM_FAULT
    except Exception as error:  # noqa: BLE001 - the last guard
        return _tell_program_fault(error, lang)


def _run(arguments: list[str]) -> int:
    from typer.exceptions import Abort, Exit, TyperException

    from dzgis.cli.app import app

    try:
        code = app(arguments, standalone_mode=False)
    except Exit as ended:
        return ended.exit_code
    except Abort:
        raise KeyboardInterrupt from None
    except TyperException as error:
        print(f"dzgis: {error.format_message()} (dzgis --help)", file=sys.stderr)
        return BAD_INPUT
    return code if isinstance(code, int) else DONE


def spread(arguments: Sequence[str]) -> list[str]:
    """
    Let ``--dem A B C`` mean ``--dem A --dem B --dem C``.

    Examples
    --------
    >>> spread(["run", "--dem", "a.tif", "b.tif", "-o", "out"])
    ['run', '--dem', 'a.tif', '--dem', 'b.tif', '-o', 'out']
    """
    result: list[str] = []
    current = ""
    for argument in arguments:
        if argument.startswith("-"):
            current = argument if argument in _MANY_VALUES else ""
        elif current and result[-1] != current:
            result.append(current)
        result.append(argument)
    return result


def _language(arguments: Sequence[str]) -> Language:
    """Language that ``--lang`` names, before the command is parsed; else the process's."""
    said = [value for before, value in itertools.pairwise(arguments) if before == "--lang"] + [
        a.partition("=")[2] for a in arguments if a.startswith("--lang=")
    ]
    for language in LANGUAGES:
        if language in said:
            return language
    return default_language()


class _Handler(logging.Handler):
    """Writes warnings to stderr in the chosen language."""

    def __init__(self, lang: Language) -> None:
        super().__init__(logging.WARNING)
        self.lang = lang

    def emit(self, record: logging.LogRecord) -> None:
        message = record.msg if isinstance(record.msg, Text) else record.getMessage()
        _say(
            message if isinstance(message, Text) else Text(message, message),
            self.lang,
            warning=True,
        )


def _log_to_stderr(lang: Language) -> None:
    logger = logging.getLogger("dzgis")
    logger.handlers[:] = [_Handler(lang)]
    logger.propagate = False


def _say(text: Text, lang: Language, *, warning: bool = False) -> None:
    mark = Text("注意：", "note: ").say(lang) if warning else ""
    print(f"dzgis: {mark}{text.say(lang)}", file=sys.stderr)


def _tell_fault(error: DzgisError, lang: Language, *, as_json: bool) -> int:
    if as_json:
        faults = [fault.say(lang) for fault in error.faults]
        print(json.dumps({"status": "bad input", "faults": faults}, ensure_ascii=False, indent=2))
    for fault in error.faults:
        _say(fault, lang)
    return BAD_INPUT


def _tell_program_fault(error: Exception, lang: Language) -> int:
    if os.environ.get("DZGIS_DEBUG"):
        raise error
    said = f"{type(error).__name__}: {error}"
    _say(
        Text(
            f"程序内部错误（{said}）；没有写出任何文件。设 DZGIS_DEBUG=1 重新运行可得详情，请报告",
            f"a fault of the program ({said}); nothing was written. Run again with DZGIS_DEBUG=1 "
            "for the details, and report them",
        ),
        lang,
    )
    return PROGRAM_FAULT
