"""QR codes as SVG."""

from __future__ import annotations

import io
from functools import lru_cache


@lru_cache(maxsize=8)
def qr_svg(text: str) -> str:
    """SVG of the QR code of a text, 4 modules of white around it; empty for no text."""
    if not text:
        return ""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, border=4, scale=4, light="#ffffff"
    )
    return out.getvalue().decode("utf-8").strip()
