"""Files that a report is written to, found out first whether it can be."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from .. import errors
from .report import Report

__all__ = ["Output", "check_packages"]


class Output:
    """A file for a report.

    Args:
        path: where it is to be.
        form: ``json`` or ``html``.
        option: the option that named it, for the message.

    Raises:
        ProfileError: it cannot be written there.
        MissingExtraError: a page needs jinja2, which is not installed.
    """

    def __init__(self, path: str, form: str, option: str) -> None:
        self.path = Path(os.path.abspath(path))
        self.form = form
        if form == "html":
            check_packages("jinja2")
        if self.path.is_dir():
            raise errors.ProfileError(f"cannot write {option}={path}: it is a directory")
        if not os.access(self.path if self.path.exists() else self.path.parent, os.W_OK):
            raise errors.ProfileError(
                f"cannot write {option}={path}: the directory is not there, or not ours to write"
            )

    def write(self, report: Report) -> None:
        """Write a report: whole, or not at all.

        Raises:
            OSError: it cannot be written any more.
        """
        text = report.to_json() if self.form == "json" else report.to_html()
        # who reads it while it is written finds the last one
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.path)


def check_packages(*names: str) -> None:
    """Find out whether the packages are there that a report needs.

    Raises:
        MissingExtraError: one is not.
    """
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        raise errors.MissingExtraError(
            f"the report needs {' and '.join(missing)}, not installed here; "
            'pip install "ormolu[profile]"'
        )
