"""An object in a terminal, by rich."""

from __future__ import annotations

from typing import Any

__all__ = ["table_of"]

_STYLES = {"expired": "yellow", "deferred": "dim", "never loaded": "dim", "deleted": "red"}


def table_of(view: Any) -> Any:
    """Return a view as what rich can print."""
    from rich.console import Group  # noqa: PLC0415 - it may not be installed
    from rich.table import Table  # noqa: PLC0415 - the same
    from rich.text import Text  # noqa: PLC0415 - the same

    table = Table("attribute", "value", "status", "change", "flags", "listeners")
    for row, attribute in zip(view.rows(), view.attributes.values(), strict=True):
        style = "bold" if attribute.changed else _STYLES.get(attribute.status, "")
        # as text: brackets in a value are not markup
        table.add_row(*map(Text, row), style=style)
    lines = [Text(view.label, style="bold")]
    lines += [Text(f"{name}: {what}") for name, what in view.summary()]
    return Group(*lines, table)
