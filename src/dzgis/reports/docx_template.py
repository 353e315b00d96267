"""The Word template of a report: which fields it has, and whether they are ours."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from dzgis.errors import InputError, MissingFileError, listed, raise_all
from dzgis.reports.document import CHECK
from dzgis.terms import Text

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2.sandbox import SandboxedEnvironment

    from dzgis.reports.document import Layout

_EMU_PER_MM = 36_000


def default_template(layout: Layout = CHECK) -> Path:
    """Path of the template that ships with dzgis."""
    return Path(str(resources.files("dzgis.reports") / "templates" / f"{layout.name}.docx"))


def environment() -> SandboxedEnvironment:
    """Jinja as templates get it: no access beyond the fields, values escaped."""
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(autoescape=True)


def check_template(path: Path, layout: Layout = CHECK) -> list[Text]:
    """
    Raise unless a template can be filled; say what it leaves out.

    Parameters
    ----------
    path : Path
        A DOCX file.
    layout : Layout
        Of the kind of report that it is for.

    Returns
    -------
    list of Text
        Body fields that the template lacks: those parts will not be in the report.

    Raises
    ------
    MissingFileError, InputError
        If there is no such file, it is no DOCX, or has fields that are not ours: each is named.
    """
    found = _fields(path)
    if found <= layout.fields:
        _try(path, layout)
    unknown = sorted(found - layout.fields)
    known = listed(sorted(layout.fields), len(layout.fields))
    raise_all(
        [
            Text(
                f"模板 {path.name} 有未知字段 {{{{ {name} }}}}；可用字段：{known}；请改正模板",
                f"template {path.name} has an unknown field {{{{ {name} }}}}; the fields are: "
                f"{known}; correct the template",
            )
            for name in unknown
        ]
    )
    return [
        Text(
            f"模板 {path.name} 没有字段 {{{{p {name} }}}}，报告中将缺少这一部分",
            f"template {path.name} has no field {{{{p {name} }}}}: the report will lack that part",
        )
        for name in layout.parts
        if name not in found
    ]


def open_template(path: Path) -> DocxTemplate:
    """
    Open a template.

    Raises
    ------
    MissingFileError, InputError
        If there is no such file, or it is no DOCX.
    """
    import docxtpl
    from docx.opc.exceptions import PackageNotFoundError

    if not path.is_file():
        raise MissingFileError(
            Text(f"没有报告模板 {path}；请检查路径", f"no report template {path}; check the path")
        )
    try:
        template = docxtpl.DocxTemplate(str(path))
        template.init_docx()
    except (PackageNotFoundError, KeyError, ValueError, OSError) as error:
        raise InputError(
            Text(
                f"{path} 不是 DOCX 文件；请用 Word 另存为 .docx",
                f"{path} is no DOCX file; save it as .docx with Word",
            )
        ) from error
    return template


def _fields(path: Path) -> set[str]:
    from jinja2.exceptions import TemplateError

    template = open_template(path)
    try:
        return set(template.get_undeclared_template_variables(environment()))
    except TemplateError as error:
        raise InputError(
            Text(
                f"模板 {path.name} 的字段写法有误：{error}；字段写作 {{{{ title }}}}",
                f"template {path.name} has a malformed field: {error}; write {{{{ title }}}}",
            )
        ) from error


def _try(path: Path, layout: Layout) -> None:
    """Fill a template with blanks, so that what cannot work fails before the first report."""
    template = open_template(path)
    try:
        template.render(dict.fromkeys(layout.fields, ""), environment())
    except Exception as error:  # a template may do anything wrong
        raise InputError(
            Text(
                f"模板 {path.name} 不能填写：{type(error).__name__}: {error}；只用文档列出的字段",
                f"template {path.name} cannot be filled: {type(error).__name__}: {error}; use the "
                "documented fields only",
            )
        ) from error


def text_width_mm(template: DocxTemplate) -> float:
    """Width between the margins of the template's last section."""
    section = template.docx.sections[-1]
    width = section.page_width - section.left_margin - section.right_margin
    return float(width / _EMU_PER_MM)


@cache
def shipped_styles() -> dict[str, bytes]:
    """XML of the styles that reports are set in, by id."""
    from lxml import etree

    styles = open_template(default_template()).docx.styles.element
    named = {str(one.get(_tag("styleId"))): one for one in styles if one.tag == _tag("style")}
    return {name: etree.tostring(one) for name, one in named.items() if re.match("Dz[A-Z]", name)}


def add_missing_styles(template: DocxTemplate) -> None:
    """Give a template the styles of reports that it lacks; its own stay as they are."""
    from docx.oxml import parse_xml

    styles = template.docx.styles.element
    there = {one.get(_tag("styleId")) for one in styles if one.tag == _tag("style")}
    for name, xml in shipped_styles().items():
        if name not in there:
            styles.append(parse_xml(xml))


def _tag(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"
