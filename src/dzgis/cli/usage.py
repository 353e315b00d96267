"""What the parser of the command line says of a wrong command, in both languages."""

from __future__ import annotations

import re

from dzgis.terms import Text

_VALUE = r"Invalid value for (.+?): (?:Value error, )?"
_SAYINGS: tuple[tuple[str, str], ...] = (
    (r"Missing option (.+)\.", r"缺少选项 \1"),
    (r"Missing argument '(.+)'\.", r"缺少参数 \1"),
    (r"Option '(.+)' requires an argument\.", r"选项 \1 后面须有取值"),
    (r"Option '(.+)' does not take a value\.", r"选项 \1 不带取值"),
    (r"No such command '(.+?)'\..*", r"没有命令 \1"),
    (r"No such option: (\S+) \(.+: (.+)\)", r"没有选项 \1（是否指 \2？）"),
    (r"No such option: (\S+)", r"没有选项 \1"),
    (r"Got unexpected extra argument\S* \((.+)\)", r"多余的参数：\1"),
    (_VALUE + r"'(.+)' is not one of (.+)\.", r"\1 的取值 \2 不可用；可用：\3"),
    (
        _VALUE + r"'(.+)' does not match the formats? .+",
        r"\1 的取值 \2 不是日期；须写成 2020-12-31",
    ),
    (_VALUE + r"(.+)", r"\1 的取值有误：\2"),
)
"""The parser's sentences, and the same in Chinese."""


def usage_text(message: str) -> Text:
    """
    Say in both languages what is wrong with a command, and where help is.

    Examples
    --------
    >>> usage_text("No such command 'nonsense'.").zh
    '没有命令 nonsense（dzgis --help）'
    """
    zh = message
    for pattern, chinese in _SAYINGS:
        if found := re.fullmatch(pattern, message, flags=re.DOTALL):
            zh = found.expand(chinese)
            break
    return Text(f"{zh}（dzgis --help）", f"{message} (dzgis --help)")
