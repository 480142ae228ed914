"""A profile of each request that an ASGI application answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from .profile import Profile
from .requests import OnReport, Select, hand_over

__all__ = ["ProfilerMiddleware"]

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_Application = Callable[[_Scope, _Receive, _Send], Awaitable[None]]


class ProfilerMiddleware:
    """Records each request on its own, however many are answered at once.

    What belongs to a request is what runs in its context: its task, the tasks and threads that
    are begun in it with its context.

    Args:
        app: the application.
        on_report: called after each request with its report and scope; by default figures and
            certain findings go to the logger ``ormolu.profiler``.
        select: says of a scope whether its request is profiled; all are by default.

    Raises:
        NotBeneathError: with the first request: SQLAlchemy's ORM does not run on ormolu here.

    Example:
        >>> from ormolu.profiler.asgi import ProfilerMiddleware
        >>> async def app(scope, receive, send): ...
        >>> app = ProfilerMiddleware(app, on_report=lambda report, scope: print(report))
    """

    def __init__(
        self, app: _Application, on_report: OnReport | None = None, select: Select | None = None
    ) -> None:
        self.app = app
        self.on_report = on_report
        self.select = select

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or not (self.select is None or self.select(scope)):
            await self.app(scope, receive, send)
            return
        profile = Profile()
        try:
            with profile:
                await self.app(scope, receive, send)
        finally:
            if profile.recording is not None:
                named = f"{scope.get('method', '')} {scope.get('path', '')}"
                hand_over(profile, named, scope, self.on_report)
