"""What surrounds every command: streams, languages, faults and exit codes."""

from __future__ import annotations

import contextlib
import errno
import itertools
import logging
import os
import sys
from typing import TYPE_CHECKING

from dzgis.cli.codes import BAD_INPUT, DONE, PROGRAM_FAULT
from dzgis.cli.show import print_json
from dzgis.cli.usage import usage_text
from dzgis.database import refuse_passwords
from dzgis.errors import DzgisError, InputError
from dzgis.terms import LANGUAGES, Language, Text, default_language

if TYPE_CHECKING:
    from collections.abc import Sequence

_MANY_VALUES = {
    "--dem",
    "--protect",
    "--covers",
    "--crs",
    "--field",
    "--layer",
    "--compare",
    "--cover",
}
_STATUS = {BAD_INPUT: "bad input", PROGRAM_FAULT: "program fault"}


def run_guarded(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; no fault leaves as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that cannot show a character shows a mark in its place.
            stream.reconfigure(errors="replace")
    lang = _language(arguments)
    os.environ["DZGIS_LANG"] = lang
    _log_to_stderr(lang)
    if sys.stdout is None:  # closed by whoever started this
        return _tell_no_output(OSError(errno.EBADF, os.strerror(errno.EBADF)), lang)
    try:
        code = _attempt(arguments, lang)
        sys.stdout.flush()
    except OSError as error:
        return _tell_no_output(error, lang)
    return code


def _attempt(arguments: Sequence[str], lang: Language) -> int:
    """Exit code of a command; raises OSError only where standard output takes nothing."""
    as_json = "--json" in arguments
    try:
        refuse_passwords(arguments)
        return _run(list(spread(arguments)))
    except DzgisError as error:
        return _tell(error.faults, BAD_INPUT, lang, as_json=as_json)
    except KeyboardInterrupt:
        said = Text("已中断；没有写出任何文件", "interrupted; nothing was written")
        return _tell([said], PROGRAM_FAULT, lang, as_json=as_json)
    except Exception as error:  # the last guard
        if isinstance(error, OSError) and not _can_print():
            raise
        return _tell([_program_fault(error)], PROGRAM_FAULT, lang, as_json=as_json)


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
        raise InputError(usage_text(error.format_message())) from error
    return code if isinstance(code, int) else DONE


def _can_print() -> bool:
    """Whether standard output takes an empty line: what failed to be printed is not kept."""
    try:
        print(flush=True)
    except OSError:
        return False
    return True


def _tell_no_output(error: OSError, lang: Language) -> int:
    """Say that standard output is full or closed; a reader that went away needs no words."""
    if sys.stdout is not None:  # what is still waiting goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        _say(
            Text(
                f"无法写标准输出（{error.strerror}）；请换一个去处。-o 中已写出的文件是完整的",
                f"cannot write to standard output ({error.strerror}); send it elsewhere. Files "
                "that are in -o are whole",
            ),
            lang,
        )
    return BAD_INPUT


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
    """Writes warnings to stderr in the chosen language, each once."""

    def __init__(self, lang: Language) -> None:
        super().__init__(logging.WARNING)
        self.lang = lang
        self.said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        message = record.msg if isinstance(record.msg, Text) else record.getMessage()
        text = message if isinstance(message, Text) else Text(message, message)
        if text.en not in self.said:
            self.said.add(text.en)
            _say(text, self.lang, warning=True)


def _log_to_stderr(lang: Language) -> None:
    logger = logging.getLogger("dzgis")
    logger.handlers[:] = [_Handler(lang)]
    logger.propagate = False


def _say(text: Text, lang: Language, *, warning: bool = False) -> None:
    mark = Text("注意：", "note: ").say(lang) if warning else ""
    with contextlib.suppress(OSError):  # where even this cannot be said, the exit code is left
        print(f"dzgis: {mark}{text.say(lang)}", file=sys.stderr)


def _tell(faults: Sequence[Text], code: int, lang: Language, *, as_json: bool) -> int:
    """Print faults, for machines too, and return the exit code."""
    for fault in faults:
        _say(fault, lang)
    if as_json:
        print_json({"status": _STATUS[code], "faults": [fault.say(lang) for fault in faults]})
    return code


def _program_fault(error: Exception) -> Text:
    if os.environ.get("DZGIS_DEBUG"):
        raise error
    said = f"{type(error).__name__}: {error}"
    return Text(
        f"程序内部错误（{said}）；没有写出任何文件。设 DZGIS_DEBUG=1 重新运行可得详情，请报告",
        f"a fault of the program ({said}); nothing was written. Run again with DZGIS_DEBUG=1 "
        "for the details, and report them",
    )
