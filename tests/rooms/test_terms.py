from __future__ import annotations

import pytest

from dzgis import terms
from dzgis.terms import (
    ROLES,
    ClusterStatus,
    Contact,
    FactStatus,
    LayerStatus,
    Text,
    Verdict,
    default_language,
    role_text,
)

LOCALE_KEYS = ("DZGIS_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture
def bare(monkeypatch):
    """Return a process without a language."""
    for key in LOCALE_KEYS:
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setattr(terms.locale, "getlocale", lambda: (None, None))
    return monkeypatch


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "zh"),
        ({"LANG": "C"}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "POSIX"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "Chinese (Simplified)_China.936"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "DZGIS_LANG": "zh"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "DZGIS_LANG": "en"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "DZGIS_LANG": "fr"}, "zh"),
    ],
)
def test_language_of_the_process(bare, environment, expected):
    for key, value in environment.items():
        bare.setenv(key, value)
    assert default_language() == expected


def test_text_says_what_is_asked_for():
    slope = Text("坡度", "slope")
    assert (slope.say("zh"), slope.say("en"), str(slope)) == ("坡度", "slope", "slope")


def test_text_follows_the_process(monkeypatch):
    monkeypatch.setenv("DZGIS_LANG", "zh")
    assert str(Text("坡度", "slope")) == "坡度"


@pytest.mark.parametrize("kind", [Verdict, LayerStatus, ClusterStatus, FactStatus, Contact])
def test_every_member_has_words_in_both_languages(kind):
    words = [member.text for member in kind]
    assert all(word.zh and word.en for word in words)
    assert len({word.zh for word in words}) == len({word.en for word in words}) == len(words)


def test_gravity_of_verdicts():
    assert sorted(Verdict, key=lambda v: v.gravity) == [
        Verdict.CLEAR,
        Verdict.WITHIN_TOLERANCE,
        Verdict.CONDITIONAL,
        Verdict.UNDETERMINED,
        Verdict.PROHIBITED,
    ]


def test_names_that_machines_read():
    assert [v.value for v in Verdict] == [
        "clear",
        "within_tolerance",
        "conditional",
        "undetermined",
        "prohibited",
    ]
    assert {s.value for s in LayerStatus} == {
        "used",
        "absent",
        "outdated",
        "invalid",
        "not_covering",
    }
    assert {s.value for s in ClusterStatus} == {
        "listed",
        "county",
        "in_county_not_listed",
        "outside",
    }


def test_roles_have_words():
    assert role_text("pbf").zh == "永久基本农田"
    assert all(text.zh and text.en for text in ROLES.values())


def test_a_role_that_only_a_plan_knows_is_its_own_word():
    assert role_text("moon") == Text("moon", "moon")
