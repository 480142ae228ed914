"""``ormolu profile``: run a program, and say what it loads, reads, writes and never uses."""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .. import errors
from ..profiler.profile import Profile
from ..profiler.report import Report
from ..sqlalchemy import install, installed
from .refusal import REFUSALS, refuse
from .run import run_module, run_script

__all__ = ["profile_program"]


def profile_program(
    module: str | None,
    script: str | None,
    arguments: Sequence[str],
    *,
    json: str | None = None,
    html: str | None = None,
    fetch_peers: str | None = None,
) -> int:
    """Run a program as ``ormolu run`` does, and report when the process ends.

    That is after its own ``atexit`` functions and threads, and however it ends: by itself, by
    ``sys.exit``, by an exception or by an interrupt; ``os._exit`` and signals that kill the
    process leave nobody to report.

    Args:
        module: the name of a module, or ``None``.
        script: a script, a directory or a zip file; ``None`` if there is a module.
        arguments: what the program finds in ``sys.argv`` after its name.
        json: the file to write the report to as JSON.
        html: the file to write it to as a page.
        fetch_peers: how peers are fetched; as the environment says by default.

    Returns:
        the exit status: 0, or 2 if there is no such program, or the report has nowhere to go.
    """
    try:
        _check_packages("rich", *(["jinja2"] if html else []))
        files = [_Output(path, form) for path, form in ((json, "json"), (html, "html")) if path]
        if not installed():
            install(fetch_peers=fetch_peers)
    except (*REFUSALS, errors.ProfileError, errors.MissingExtraError) as error:
        return refuse(error)
    profile = Profile(everywhere=True)
    profile.__enter__()
    named = script if module is None else f"-m {module}"
    reporting = _Reporting(profile, files, " ".join([str(named), *arguments]))
    # first to be registered, last to be called
    atexit.register(reporting.report)
    try:
        if module is not None:
            status = run_module(module, arguments)
        else:
            status = run_script(str(script), arguments)
    except KeyboardInterrupt:
        reporting.interrupted = True
        raise
    if status:
        # nothing ran: there is nothing to report
        atexit.unregister(reporting.report)
    return status


class _Output:
    """A file that a report is to be written to; found out first whether it can be."""

    def __init__(self, path: str, form: str) -> None:
        self.path = Path(os.path.abspath(path))
        self.form = form
        if self.path.is_dir():
            raise errors.ProfileError(f"cannot write --{form}={path}: it is a directory")
        if not os.access(self.path if self.path.exists() else self.path.parent, os.W_OK):
            raise errors.ProfileError(
                f"cannot write --{form}={path}: the directory is not there, or not ours to write"
            )

    def write(self, report: Report) -> None:
        text = report.to_json() if self.form == "json" else report.to_html()
        # whole or not at all: who reads it while it is written finds the last one
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.path)


class _Reporting:
    def __init__(self, profile: Profile, files: list[_Output], program: str) -> None:
        self.profile = profile
        self.program = program
        self.files = files
        self.interrupted = False

    def report(self) -> None:
        """Print the report, and write it; a forked child that comes here does neither."""
        if not self.profile.is_own:
            return
        self.profile.stop()
        report = self.profile.report(final=True, program=self.program)
        for output in self.files:
            try:
                output.write(report)
            except OSError as error:
                refuse(f"the report could not be written to {output.path}: {error.strerror}")
        if sys.stderr is not None:  # as where there is no console
            _print(report)
            for output in self.files:
                print(f"ormolu: the report is in {output.path}", file=sys.stderr)
        if self.interrupted:
            _end_as_interrupted()


def _end_as_interrupted() -> None:
    """Have the interpreter end itself by the signal, as it would have.

    It looks whether an interrupt ended what was evaluated last from text, which dataclasses
    and the like do for a report.
    """
    with contextlib.suppress(KeyboardInterrupt):
        exec("raise KeyboardInterrupt")


def _print(report: Report) -> None:
    from rich.console import Console  # noqa: PLC0415 - it is found to be there by now

    from ..profiler.terminal import print_report  # noqa: PLC0415 - the same

    # what the program prints may be read by another
    console = Console(stderr=True, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = 160
    with contextlib.suppress(BrokenPipeError):
        print_report(report, console)


def _check_packages(*names: str) -> None:
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        raise errors.MissingExtraError(
            f"the report needs {' and '.join(missing)}, not installed here; "
            'pip install "ormolu[profile]"'
        )
