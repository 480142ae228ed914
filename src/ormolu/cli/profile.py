"""``ormolu profile``: run a program, and say what it loads, reads, writes and never uses."""

from __future__ import annotations

import atexit
import contextlib
import sys
from collections.abc import Sequence

from .. import errors
from ..profiler.output import Output, check_packages
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
        check_packages("rich")
        asked = ((json, "json"), (html, "html"))
        files = [Output(path, form, f"--{form}") for path, form in asked if path]
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


class _Reporting:
    def __init__(self, profile: Profile, files: list[Output], program: str) -> None:
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
