"""An object as a piece of HTML that needs nothing else, light and dark."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from .view import COLUMNS

__all__ = ["html_of"]

_STYLE = """
.ormolu-view{color-scheme:light dark;font:13px/1.45 system-ui,sans-serif;color:#1f2328;
background:#fff;padding:.7em;overflow-x:auto}
.ormolu-view table{border-collapse:collapse}
.ormolu-view caption{text-align:left;font-weight:600;padding-bottom:.4em}
.ormolu-view th,.ormolu-view td{text-align:left;padding:.2em .7em;border-bottom:1px solid #d0d7de;
vertical-align:top;background:none;color:inherit}
.ormolu-view td.value{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
.ormolu-view tr.changed th{border-left:3px solid #bc4c00}
.ormolu-view dl{display:grid;grid-template-columns:max-content auto;gap:0 1em;margin:0 0 .7em}
.ormolu-view dt{color:#59636e}.ormolu-view dd{margin:0}
@media (prefers-color-scheme:dark){.ormolu-view{color:#e6edf3;background:#0d1117}
.ormolu-view th,.ormolu-view td{border-color:#30363d}.ormolu-view dt{color:#9198a1}
.ormolu-view tr.changed th{border-left-color:#f0883e}}
"""


def html_of(view: Any) -> str:
    """Return a view as HTML; everything in it is escaped, and nothing is loaded by it."""
    facts = "".join(f"<dt>{_text(name)}</dt><dd>{_text(what)}</dd>" for name, what in _facts(view))
    rows = "".join(
        _row(row, attribute.changed)
        for row, attribute in zip(view.rows(), view.attributes.values(), strict=True)
    )
    heads = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    return (
        f'<div class="ormolu-view"><style>{_STYLE}</style><dl>{facts}</dl>'
        f"<table><caption>{_text(view.label)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _facts(view: Any) -> Iterable[tuple[str, str]]:
    return view.summary()  # type: ignore[no-any-return]


def _row(cells: tuple[str, ...], changed: bool) -> str:
    key, value, *rest = cells
    mark = ' class="changed"' if changed else ""
    others = "".join(f"<td>{_text(cell)}</td>" for cell in rest)
    return (
        f'<tr{mark}><th scope="row">{_text(key)}</th><td class="value">{_text(value)}</td>'
        f"{others}</tr>"
    )


def _text(text: str) -> str:
    # a lone surrogate cannot be sent to a browser
    return escape(text.encode("utf-8", "backslashreplace").decode())
