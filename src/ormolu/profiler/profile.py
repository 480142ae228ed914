"""To record: a block of code, or all that the process does."""

from __future__ import annotations

import os
from contextvars import Token
from types import TracebackType
from typing import Self

from .. import errors
from ..sqlalchemy import installed
from .current import SCOPED, current, set_of_process
from .recording import Recording
from .report import Report, report_of
from .watching import beginning, ending

__all__ = ["Profile", "current"]


class Profile:
    """Records what mapped objects are loaded, read and written for.

    Args:
        everywhere: record all threads and tasks, and not only what this context does and
            the tasks that are begun in it.

    Raises:
        NotBeneathError: on entering: SQLAlchemy's ORM does not run on ormolu here.

    Example:
        >>> from ormolu.profiler import Profile
        >>> with Profile() as profile:  # doctest: +SKIP
        ...     handle(request)
        >>> print(profile.report())  # doctest: +SKIP
    """

    def __init__(self, *, everywhere: bool = False) -> None:
        self.everywhere = everywhere
        self.recording: Recording | None = None
        self._token: Token[Recording | None] | None = None
        self._before: Recording | None = None
        self._process = os.getpid()

    def __enter__(self) -> Self:
        if not installed():
            raise errors.NotBeneathError(
                "the profiler sees what ormolu's layer does, and SQLAlchemy's ORM does not run "
                "on it here; call ormolu.sqlalchemy.install() before sqlalchemy.orm is "
                "imported, or start the program with 'ormolu profile'"
            )
        beginning()
        self.recording = Recording()
        if self.everywhere:
            self._before = set_of_process(self.recording)
        else:
            self._token = SCOPED.set(self.recording)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Record no more; where nobody else does, nothing is slower from here on."""
        if self.recording is None or self.recording.ended is not None:
            return
        self.recording.end()
        if self._process != os.getpid():  # a child that was forked: nothing runs here
            return
        if self._token is None:
            set_of_process(self._before)
        else:
            self._forget_context()
        ending()

    def _forget_context(self) -> None:
        try:
            SCOPED.reset(self._token)  # type: ignore[arg-type]
        except ValueError:  # ended by another task than it was begun by
            SCOPED.set(None)

    @property
    def is_own(self) -> bool:
        """Whether this is the process that began it, and not a forked child."""
        return self._process == os.getpid()

    def report(self, *, final: bool = False, program: str = "") -> Report:
        """Return what was found.

        Args:
            final: whether the program is at its end, and nothing that it holds will be
                read any more. Otherwise nothing is certain to be never read.
            program: what to call what ran; the command line by default.

        Raises:
            NotRecordedError: nothing was recorded.
        """
        if self.recording is None:
            raise errors.NotRecordedError(
                "there is nothing to report: the profile was not begun; use it in a 'with' block"
            )
        return report_of(self.recording, final=final, program=program)
