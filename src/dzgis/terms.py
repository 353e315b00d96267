"""
The words of the field, each in Chinese and English.

Everything a user reads is a `Text`; code compares enum members, never the words.
"""

from __future__ import annotations

import locale
import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def default_language() -> Language:
    """
    Language of this process: ``DZGIS_LANG``, else the locale, else Chinese.

    A locale of any language but Chinese gives English; no locale (``C``, ``POSIX``) gives
    Chinese, the language of the tool's first users.
    """
    chosen = os.environ.get("DZGIS_LANG", "")
    for language in LANGUAGES:
        if chosen == language:
            return language
    names = (os.environ.get(key, "") for key in ("LC_ALL", "LC_MESSAGES", "LANG"))
    name = next((n for n in names if n), "") or locale.getlocale()[0] or "C"
    neutral = name.split(".")[0] in {"C", "POSIX"}
    return "zh" if neutral or name.lower().startswith(("zh", "chinese")) else "en"


@dataclass(frozen=True)
class Text:
    """
    One thing said in both languages.

    Examples
    --------
    >>> Text("坡度", "slope").say("en")
    'slope'
    """

    zh: str
    en: str

    def say(self, lang: Language | None = None) -> str:
        """Return the words in `lang`, by default in the language of this process."""
        return self.zh if (lang or default_language()) == "zh" else self.en

    def __str__(self) -> str:
        """Return the words in the language of this process."""
        return self.say()


def both_languages(note: str) -> Text:
    """
    Note of a data file as text: ``中文 / English`` in either order, or the same words for both.

    Examples
    --------
    >>> both_languages("generated / 生成").say("zh")
    '生成'
    """
    first, _, second = note.partition(" / ")
    if not second:
        return Text(note, note)
    chinese_first = any("\u4e00" <= letter <= "\u9fff" for letter in first)
    return Text(first, second) if chinese_first else Text(second, first)


class Term(StrEnum):
    """A code with its words; the base of every enum of the field."""

    @property
    def text(self) -> Text:
        """The words for this code."""
        return _WORDS[self]


class Verdict(Term):
    """核查结论: what may be said of a parcel and one rule, or of a parcel as a whole."""

    CLEAR = "clear"
    WITHIN_TOLERANCE = "within_tolerance"
    CONDITIONAL = "conditional"
    UNDETERMINED = "undetermined"
    PROHIBITED = "prohibited"

    @property
    def gravity(self) -> int:
        """Rank from harmless to grave; the gravest finding decides a parcel's verdict."""
        return list(Verdict).index(self)


class LayerStatus(Term):
    """状态: what became of a protection layer in a check."""

    USED = "used"
    ABSENT = "absent"
    OUTDATED = "outdated"
    INVALID = "invalid"
    NOT_COVERING = "not_covering"


class ClusterStatus(Term):
    """组团归属依据: why a place belongs to a cluster, or to none."""

    LISTED = "listed"
    COUNTY = "county"
    IN_COUNTY_NOT_LISTED = "in_county_not_listed"
    OUTSIDE = "outside"


class FactStatus(Term):
    """How far a fact is the words of the plan or law: those not STATED are to be confirmed."""

    STATED = "stated"
    RESTORED = "restored"
    REPORTED = "reported"
    ASSUMED = "assumed"


class ChangeKind(Term):
    """变化类型: what is otherwise than in an earlier check."""

    BASIS = "basis"
    LAYER_NEW = "layer_new"
    LAYER_GONE = "layer_gone"
    LAYER = "layer"
    PARCEL_NEW = "parcel_new"
    PARCEL_GONE = "parcel_gone"
    PARCEL = "parcel"
    FINDING_NEW = "finding_new"
    FINDING_GONE = "finding_gone"
    FINDING = "finding"


class LandGroup(Term):
    """三大类: the three groups of land classes of the land administration law."""

    AGRICULTURAL = "agricultural"
    CONSTRUCTION = "construction"
    UNUSED = "unused"


class Severity(Term):
    """Whether a fault keeps a layer from being used, or only has to be looked at."""

    ERROR = "error"
    WARNING = "warning"


class Contact(Term):
    """How a parcel meets a protected area."""

    APART = "apart"
    TOUCHING = "touching"
    SLIVER = "sliver"
    OVERLAP = "overlap"


class AreaAgreement(Term):
    """How a stated area stands to the area of record."""

    NOT_STATED = "not_stated"
    AGREES = "agrees"
    DIFFERS = "differs"
    CONTRADICTS = "contradicts"


_WORDS: dict[Term, Text] = {
    Verdict.CLEAR: Text("未发现压占", "no conflict found"),
    Verdict.WITHIN_TOLERANCE: Text("容差内待复核", "within tolerance, to be reviewed"),
    Verdict.CONDITIONAL: Text("压占（有条件）", "conflict (conditional)"),
    Verdict.UNDETERMINED: Text("无法判定", "undetermined"),
    Verdict.PROHIBITED: Text("压占（禁止）", "conflict (prohibited)"),
    LayerStatus.USED: Text("已使用", "used"),
    LayerStatus.ABSENT: Text("缺图层", "absent"),
    LayerStatus.OUTDATED: Text("已过期", "outdated"),
    LayerStatus.INVALID: Text("无效", "invalid"),
    LayerStatus.NOT_COVERING: Text("未覆盖", "not covering"),
    ClusterStatus.LISTED: Text("规划列明乡镇", "township listed by the plan"),
    ClusterStatus.COUNTY: Text("整县属该组团", "county belongs to the cluster"),
    ClusterStatus.IN_COUNTY_NOT_LISTED: Text(
        "同县但乡镇未列明", "in the county, township not listed"
    ),
    ClusterStatus.OUTSIDE: Text("不在任何组团", "in no cluster"),
    FactStatus.STATED: Text("规划原文", "stated"),
    FactStatus.RESTORED: Text("原文缺字复原", "restored"),
    FactStatus.REPORTED: Text("转引，待确认", "at second hand, to be confirmed"),
    FactStatus.ASSUMED: Text("本工具假定", "assumed"),
    AreaAgreement.NOT_STATED: Text("未申报", "not stated"),
    AreaAgreement.AGREES: Text("相符", "agrees"),
    AreaAgreement.DIFFERS: Text("有出入", "differs"),
    AreaAgreement.CONTRADICTS: Text("不符", "contradicts"),
    ChangeKind.BASIS: Text("核查依据变化", "basis changed"),
    ChangeKind.LAYER_NEW: Text("新增图层", "new layer"),
    ChangeKind.LAYER_GONE: Text("不再核查的图层", "layer gone"),
    ChangeKind.LAYER: Text("图层变化", "layer changed"),
    ChangeKind.PARCEL_NEW: Text("新增地块", "new parcel"),
    ChangeKind.PARCEL_GONE: Text("不再出现的地块", "parcel gone"),
    ChangeKind.PARCEL: Text("地块变化", "parcel changed"),
    ChangeKind.FINDING_NEW: Text("新增核查项", "new finding"),
    ChangeKind.FINDING_GONE: Text("不再有的核查项", "finding gone"),
    ChangeKind.FINDING: Text("核查项变化", "finding changed"),
    LandGroup.AGRICULTURAL: Text("农用地", "agricultural land"),
    LandGroup.CONSTRUCTION: Text("建设用地", "construction land"),
    LandGroup.UNUSED: Text("未利用地", "unused land"),
    Severity.ERROR: Text("错误", "error"),
    Severity.WARNING: Text("警告", "warning"),
    Contact.APART: Text("不相接", "apart"),
    Contact.TOUCHING: Text("相邻（仅边界相接）", "touching only"),
    Contact.SLIVER: Text("疑似边界误差", "sliver, likely boundary error"),
    Contact.OVERLAP: Text("压占", "overlap"),
}

ROLES: dict[str, Text] = {
    "pbf": Text("永久基本农田", "permanent basic farmland"),
    "ecrl": Text("生态保护红线", "ecological protection red line"),
    "forest": Text("林地（保护等级）", "forest land by protection grade"),
    "udb": Text("城镇开发边界", "urban development boundary"),
    "reserve": Text("自然保护地", "nature reserve"),
    "water_source": Text("饮用水水源保护区", "drinking-water source area"),
    "river": Text("河湖管理范围", "river and lake management area"),
    "bazi": Text("坝区", "basin flat (bazi)"),
    "hazard": Text("地质灾害", "geological hazard"),
    "road": Text("公路建筑控制区", "road control zone"),
    "railway": Text("铁路安全保护区", "railway protection zone"),
    "land_use": Text("地类图斑", "land-use patches"),
    "niulan": Text("牛栏江流域保护区", "protected catchment of the Niulan River"),
    "airport": Text("机场净空保护区", "airport clearance area"),
    "permit_zone": Text("建设用地管制区", "construction control zones"),
}

INPUTS: dict[str, Text] = {
    "dem": Text("高程", "elevation"),
    "counties": Text("县（市、区）界", "county boundaries"),
    "parcels": Text("地块", "parcels"),
}
CRITERIA: dict[str, Text] = {
    "road": Text("公路", "roads"),
    "railway": Text("铁路", "railways"),
    "town": Text("城镇", "towns"),
    "water": Text("水系", "waters"),
    "hub": Text("枢纽", "hubs"),
}
"""Layers that distances are measured to; some bear the names of protection layers."""


def role_text(role: str) -> Text:
    """Words for a layer role; a role that only a plan knows is its own word."""
    return ROLES.get(role, Text(role, role))


def criterion_text(role: str) -> Text:
    """Words for a layer that distances are measured to, or that is rated otherwise."""
    return CRITERIA.get(role) or role_text(role)


def input_text(record: Mapping[str, object]) -> Text:
    """Words for what a file of the data list was read as."""
    role = str(record.get("role") or "")
    return INPUTS.get(role) or (criterion_text(role) if record.get("used_for") else role_text(role))
