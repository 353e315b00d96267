"""
Cut the fonts of the reports out of open ones: `src/dzgis/fonts/`.

Needs the Debian packages ``fonts-noto-cjk``, ``fonts-lxgw-wenkai`` and ``unicode-data`` unpacked or
installed under a folder: ``python data/build/fonts.py /``. Two of the families bear reserved names;
all three are renamed, so that a cut font never stands in for the whole one.
"""

from __future__ import annotations

import bz2
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools import subset

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

OUT = Path(__file__).resolve().parents[2] / "src" / "dzgis" / "fonts"
FONTS = {
    # file: (new name, source, number in the collection, whether the whole national list)
    "song.otf": ("DZGIS Song", "opentype/noto/NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC", True),
    "hei.otf": ("DZGIS Hei", "opentype/noto/NotoSansCJK-Regular.ttc", "Noto Sans CJK SC", True),
    "kai.ttf": ("DZGIS Kai", "truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", "", False),
}
UNIHAN = "share/unicode/Unihan_OtherMappings.txt.bz2"
BLOCKS = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0xFF),  # Latin-1: ° ± ² ³ · ×
    (0x2010, 0x2027),  # dashes, quotes, …
    (0x2030, 0x203B),  # ‰ ′ ″ ※
    (0x2150, 0x217F),  # fractions, Ⅰ ⅰ
    (0x2190, 0x2193),  # arrows
    (0x2200, 0x22FF),  # mathematics: − ∑ √ ≈ ≤ ≥
    (0x2460, 0x249B),  # ① ⑴ ⒈
    (0x25A0, 0x25CF),  # ■ □ ● ○
    (0x3000, 0x301F),  # 、。《》「」〔〕〇〓
    (0x3220, 0x3229),  # ㈠
    (0x3380, 0x33D5),  # ㎡ ㎞
    (0xFF01, 0xFF5E),  # full-width forms
    (0x391, 0x3C9),  # Greek
)
SINGLE = "℃№↑→µ￥"


def _point(line: str) -> int:
    return int(line.split("\t", maxsplit=1)[0].removeprefix("U+"), base=16)


def national_list(root: Path) -> set[int]:
    """通用规范汉字表 (2013), 8,105 characters, from Unihan's kTGH."""
    lines = bz2.decompress((root / UNIHAN).read_bytes()).decode("utf-8").splitlines()
    found = {_point(line) for line in lines if "\tkTGH\t" in line}
    assert len(found) == 8105, len(found)  # noqa: S101 - a build script
    return found


def gb2312(*, first_level_only: bool) -> set[int]:
    """Hanzi of GB 2312: 3,755 of the first level, 6,763 of both."""
    last = 0xD7 if first_level_only else 0xF7
    found = set()
    for high in range(0xB0, last + 1):
        for low in range(0xA1, 0xFF):
            found |= {ord(c) for c in bytes((high, low)).decode("gb2312", errors="ignore")}
    return found


def signs() -> set[int]:
    """Punctuation, units, numerals and the like."""
    found = {ord(c) for c in SINGLE}
    for first, last in BLOCKS:
        found |= set(range(first, last + 1))
    return found


def cut(path: Path, family: str, wanted: set[int], name: str) -> TTFont:
    """Font with the wanted characters only, under a name of its own."""
    options = subset.Options()
    options.layout_features = ["kern", "mark", "ccmp"]
    options.hinting = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE", "DSIG", "STAT", "meta"]
    number = _number(path, family)
    if number is not None:
        options.font_number = number
    font = subset.load_font(str(path), options)
    one = subset.Subsetter(options)
    one.populate(unicodes=wanted)
    one.subset(font)
    _rename(font, name)
    return font


def _number(path: Path, family: str) -> int | None:
    if path.suffix != ".ttc":
        return None
    from fontTools.ttLib import TTCollection

    names = [font["name"].getDebugName(1) for font in TTCollection(str(path), lazy=True).fonts]
    return names.index(family)


def _rename(font: TTFont, name: str) -> None:
    """Give the cut font a name of its own; copyright and licence stay."""
    table = font["name"]
    kept = [r for r in table.names if r.nameID in (0, 5, 9, 11, 13, 14) and r.langID == 0x409]
    table.names = kept
    compact = name.replace(" ", "")
    for which, words in {1: name, 2: "Regular", 3: compact, 4: name, 6: compact}.items():
        table.setName(words, which, 3, 1, 0x409)
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames[0] = compact
        top = cff.topDictIndex[0]
        top.FullName, top.FamilyName = name, name
    font["head"].created = font["head"].modified = 3_600_000_000  # equal bytes for equal input
    font.recalcTimestamp = False


def coverage(covered: set[int]) -> str:
    """Ranges of code points, a line each."""
    lines, points = [], sorted(covered)
    start = before = points[0]
    for point in [*points[1:], -1]:
        if point != before + 1:
            lines.append(f"{start:X}-{before:X}")
            start = point
        before = point
    return "\n".join(lines) + "\n"


def main() -> None:
    """Cut all fonts and write down what they cover."""
    root = Path(sys.argv[1]) / "usr"
    whole = national_list(root) | gb2312(first_level_only=False) | signs()
    small = gb2312(first_level_only=True) | signs()
    OUT.mkdir(exist_ok=True)
    covered = []
    for file, (name, source, family, all_of_them) in FONTS.items():
        path = root / "share" / "fonts" / source
        font = cut(path, family, whole if all_of_them else small, name)
        font.save(OUT / file)
        if all_of_them:
            covered.append(set(font.getBestCmap()))
        print(
            file,
            (OUT / file).stat().st_size,
            len(font.getBestCmap()),
            "sha256",
            hashlib.sha256((OUT / file).read_bytes()).hexdigest(),
            "source",
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
    both = set.intersection(*covered)
    (OUT / "coverage.txt").write_text(coverage(both), encoding="ascii")
    print("not covered of what was wanted:", len(whole - both))


if __name__ == "__main__":
    main()
