"""A profile of each request that a WSGI application answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import Context, copy_context
from typing import Any

from .profile import Profile
from .requests import OnReport, Select, hand_over

__all__ = ["ProfilerMiddleware"]

_Environment = dict[str, Any]
_Application = Callable[[_Environment, Callable[..., Any]], Iterable[bytes]]


class ProfilerMiddleware:
    """Records each request on its own, until its last piece is sent.

    Args:
        app: the application.
        on_report: called after each request with its report and environment; by default
            figures and certain findings go to the logger ``ormolu.profiler``.
        select: says of an environment whether its request is profiled; all are by default.

    Raises:
        NotBeneathError: with the first request: SQLAlchemy's ORM does not run on ormolu here.

    Example:
        >>> from ormolu.profiler.wsgi import ProfilerMiddleware
        >>> def app(environ, start_response): ...
        >>> app = ProfilerMiddleware(app, on_report=lambda report, environ: print(report))
    """

    def __init__(
        self, app: _Application, on_report: OnReport | None = None, select: Select | None = None
    ) -> None:
        self.app = app
        self.on_report = on_report
        self.select = select

    def __call__(
        self, environ: _Environment, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        if not (self.select is None or self.select(environ)):
            return self.app(environ, start_response)
        # of the thread, the next request may use it before this one is over
        context = copy_context()
        profile = Profile()
        context.run(profile.__enter__)
        try:
            body = context.run(self.app, environ, start_response)
        except BaseException:
            self._end(context, profile, environ)
            raise
        return _Body(body, context, lambda: self._end(context, profile, environ))

    def _end(self, context: Context, profile: Profile, environ: _Environment) -> None:
        context.run(profile.stop)
        named = f"{environ.get('REQUEST_METHOD', '')} {environ.get('PATH_INFO', '')}"
        hand_over(profile, named, environ, self.on_report)


class _Body:
    """What the application answers, made in the context of its request, piece by piece."""

    def __init__(self, body: Iterable[bytes], context: Context, end: Callable[[], None]) -> None:
        self._body = body
        self._context = context
        self._end = end
        self._ended = False
        self._pieces: Iterator[bytes] = context.run(iter, body)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return self._context.run(next, self._pieces)

    def close(self) -> None:
        """Hear from the server that it is over."""
        if self._ended:
            return
        self._ended = True
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                self._context.run(close)
        finally:
            self._end()
