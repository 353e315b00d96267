"""Kinds of faults: each is looked for somewhere, in both languages, and says what to do."""

from pathlib import Path

import pytest

import dzgis
from dzgis.inputs import checked_rules
from dzgis.inputs.quality.kinds import kinds

SOURCE = Path(dzgis.__file__).parent / "inputs"
CODE = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))


@pytest.mark.parametrize("code", kinds())
def test_every_kind_is_looked_for(code):
    assert f'"{code}"' in CODE


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.code)
def test_every_kind_speaks_both_languages(kind):
    for text in (kind.title, kind.remedy):
        assert text.zh
        assert text.en.isascii()


@pytest.mark.parametrize("rule", checked_rules(), ids=lambda rule: rule.code)
def test_a_rule_with_limits_says_where_they_are_from(rule):
    assert rule.status in ("confirmed", "to_be_confirmed")
    assert rule.source or not rule.limits
