"""The report as one page, which loads nothing and sends nothing."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

from .. import errors
from .flame import boxes_of
from .report import Report
from .timeline import KINDS
from .wording import size

__all__ = ["page_of"]

_KINDS = {
    "query": "queries of the program",
    "lazy": "lazy loads",
    "eager": "eager loads",
    "refresh": "reloads of expired attributes",
    "write": "writes",
    "other": "other statements",
}
_BAR_HEIGHT = 120
_MOST = 1_000
"""As many rows are shown of a table; a browser sorts them at once."""


def page_of(report: Report) -> str:
    """Return the page; all of the program that is shown is escaped.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    try:
        import jinja2  # noqa: PLC0415 - only pages need it
    except ImportError:
        raise errors.MissingExtraError(
            'the page needs jinja2, not installed here; pip install "ormolu[profile]"'
        ) from None
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(ms=_ms, size=size, broken=_broken, statements=_statements)
    style, script = _text("page.css"), _text("page.js")
    page: str = environment.from_string(_text("page.html")).render(
        report=report,
        boxes=boxes_of(report.calls),
        bars=_bars(report),
        kinds=_KINDS,
        most=_MOST,
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )
    # a lone surrogate cannot be written as UTF-8
    return page.encode("utf-8", "backslashreplace").decode()


def _text(name: str) -> str:
    folder = resources.files("ormolu.profiler").joinpath("templates")
    return folder.joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _broken(text: object) -> Any:
    """A path that may be broken after its slashes, and nowhere else."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - jinja2 brings it along

    return Markup("/<wbr>").join(map(escape, str(text).split("/")))


def _statements(count: int) -> str:
    return f"{count:,} {'statement' if count == 1 else 'statements'}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}"


def _bars(report: Report) -> list[dict[str, Any]]:
    """The intervals of the timeline, each with the pieces of its bar."""
    counts, width = report.timeline["counts"], report.timeline["width"]
    highest = max((sum(interval) for interval in counts), default=0)
    bars = []
    for at, interval in enumerate(counts):
        pieces, top = [], float(_BAR_HEIGHT)
        for kind, count in zip(KINDS, interval, strict=True):
            if count:
                height = count / highest * _BAR_HEIGHT
                top -= height
                pieces.append({"kind": kind, "y": round(top, 2), "height": round(height, 2)})
        told = ", ".join(f"{n} {kind}" for kind, n in zip(KINDS, interval, strict=True) if n)
        bars.append({"at": at, "begin": at * width, "pieces": pieces, "told": told or "nothing"})
    return bars
