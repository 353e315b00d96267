"""Small words of the plan's text: headings, sources, lists and names in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.plan.columns import display_width, in_columns, shortened
from dzgis.terms import FactStatus, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dzgis.plan.record import Fact, Source
    from dzgis.terms import Language

_QUOTE_WIDTH = 60
INDENT = 4


def heading(words: str, line: str) -> list[str]:
    """Words with a line of the character `line` under them."""
    return [words, line * display_width(words)]


def remark(note: str, lang: Language) -> str:
    """Return the half of a note in `lang`, where it is written as Chinese / English."""
    zh, slash, en = note.partition(" / ")
    return en if slash and lang == "en" else zh


def origin(source: Source, lang: Language) -> str:
    """Section, page and the first words of the quotation."""
    page = (
        "" if source.page is None else Text(f" 第{source.page}页", f" p. {source.page}").say(lang)
    )
    return f"{source.section}{page}：“{shortened(source.quote, _QUOTE_WIDTH)}”"


def sourced(fact: Fact, lang: Language) -> list[str]:
    """Source and note of a fact, and its status unless the fact is the plan's own."""
    own = fact.status is FactStatus.STATED
    mark = "" if own else f"[{fact.status.text.say(lang)}] "
    quoted = [origin(fact.source, lang)] if fact.source.quote else []
    words = [*quoted, remark(fact.source.note, lang)]
    return [" " * INDENT + line for line in (f"{mark}{words[0]}", *words[1:]) if line]


def labelled(rows: Iterable[tuple[Text, str]], lang: Language) -> list[str]:
    """Rows of label and words, without those that say nothing."""
    told = [(label.say(lang), words) for label, words in rows if words]
    return in_columns(told, indent=INDENT) if told else []


def enumerated(words: Sequence[str], lang: Language) -> str:
    """Words joined by the list comma of the language."""
    return Text("、", ", ").say(lang).join(words)


def bilingual(name: str, name_en: str, lang: Language) -> str:
    """The Chinese name, in an English text after the English one."""
    return name if lang == "zh" or not name_en else f"{name_en} {name}"
