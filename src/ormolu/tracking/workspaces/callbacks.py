"""The functions that a workspace calls before and after a commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ...core.faults.wording import shown
from ...errors import ArgumentError
from ..arguments import need_callback
from .changeset import ChangeSet

__all__ = ["WithCallbacks"]

Callback = Callable[[ChangeSet], object]
_T = TypeVar("_T")


class WithCallbacks:
    """A workspace as those see it who are told of commits."""

    _before: list[Callback]
    _after: list[Callback]

    def _have_none_called(self) -> None:
        self._before, self._after = [], []

    def before_commit(self, callback: Callable[[ChangeSet], _T]) -> Callable[[ChangeSet], _T]:
        """Have a function called before each commit, with what is to be committed.

        What it changes itself is committed too, and those that were added after it are called
        with that as well: one that stores objects gives them their keys, and one that keeps a
        record, added after it, is told of these.  If it raises, nothing is committed but what
        was :meth:`settled <settle>`.

        Args:
            callback: is given the :class:`ormolu.ChangeSet`.

        Returns:
            the function, so this can be used as a decorator.

        Raises:
            ArgumentError: it cannot be called, or would have to be awaited.
        """
        need_callback(callback, "the ChangeSet")
        self._before.append(callback)
        return callback

    def after_commit(self, callback: Callable[[ChangeSet], _T]) -> Callable[[ChangeSet], _T]:
        """Have a function called after each commit and settlement, with what was committed.

        If it raises, all is committed all the same.

        Args:
            callback: is given the :class:`ormolu.ChangeSet`.

        Returns:
            the function, so this can be used as a decorator.

        Raises:
            ArgumentError: it cannot be called, or would have to be awaited.
        """
        need_callback(callback, "the ChangeSet")
        self._after.append(callback)
        return callback

    def remove_callback(self, callback: Callback) -> None:
        """Have a function not be called any more, before and after commits.

        Raises:
            ArgumentError: it is not called at all.
        """
        if callback not in (*self._before, *self._after):
            raise ArgumentError(
                f"{shown(callback)} is not called by this workspace, so it cannot be removed; "
                "give the function that before_commit or after_commit was given",
                key="callback",
            )
        for callbacks in (self._before, self._after):
            callbacks[:] = [one for one in callbacks if one != callback]
