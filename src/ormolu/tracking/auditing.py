"""A record of every commit: who, when, why and what."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..core.faults.wording import shown
from ..errors import PatchError
from .arguments import need, need_function
from .documents.codec import Codec, codec_of
from .documents.json_form import loaded
from .workspaces.changeset import ChangeSet

__all__ = ["AuditLog", "Entries", "Who", "now", "write_all"]

Who = str | Callable[[], Any] | None
"""The name of who commits, or a function that returns it, or what else tells who it is."""


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class Entries:
    """Makes what is recorded of commits, wherever that is.

    Args:
        who: tells who it was, where what is committed does not.
        codec: writes values that JSON has no form for; if it is ``None``, ``repr`` does.
        clock: tells the time.

    Raises:
        ArgumentError: one of them is of another kind.
    """

    def __init__(self, who: Who, codec: Codec | None, clock: Callable[[], datetime]) -> None:
        if not isinstance(who, (str, type(None))):
            need_function(who, "who", "a text, or a function that returns one")
        need_function(clock, "clock", "a function that returns the time")
        self._who = who
        self._codec = codec_of(codec, repr)
        self._clock = clock

    def entry(self, changes: ChangeSet) -> dict[str, Any]:
        """Return what is to be recorded of a commit, as plain data.

        Args:
            changes: what was committed; its ``about`` may say ``who`` and ``why``.

        Raises:
            PatchError: there is a value that the codec cannot write.
            ArgumentError: the clock tells no ``datetime``.
            Exception: whatever the functions raise.
        """
        known = self._who() if callable(self._who) else self._who
        when = self._clock()
        need(when, datetime, "clock", "a function that returns a datetime")
        return {
            "who": self._codec.encode(changes.about.get("who", known)),
            "when": when.astimezone(UTC).isoformat(),
            "why": self._codec.encode(changes.about.get("why")),
            "changes": changes.to_json(self._codec),
        }


class AuditLog:
    """Writes every commit of a workspace to a file, as one line of JSON.

    To be given to :meth:`ormolu.Workspace.after_commit`.  Each line is written at once and
    at the end of the file, so several processes may write to one.  ``who`` and ``why`` are
    written as other values are, so what is no text need not be one there.

    Args:
        path: the file; it is made if there is none.
        who: the name of who commits, or a function that returns it; what is given to
            ``commit(who=...)`` comes first.
        codec: writes values that JSON has no form for.  If it is not given, these are
            written with ``repr``, which is to be read by people only.
        clock: tells the time.
        sync: whether to have the operating system write each line to the disk at once.

    Raises:
        ArgumentError: one of them is of another kind.

    Example:
        >>> import tempfile
        >>> from dataclasses import dataclass
        >>> from ormolu import Workspace, tracked
        >>> from ormolu.audit import AuditLog
        >>> @tracked
        ... @dataclass
        ... class Person:
        ...     id: int
        ...     name: str
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     log = AuditLog(f"{folder}/audit.jsonl", who="ann")
        ...     work = Workspace(key="id")
        ...     _ = work.after_commit(log)
        ...     work.add(Person(1, "Bob"))
        ...     _ = work.commit(why="he asked")
        ...     entry, = log
        >>> entry["who"], entry["why"], entry["changes"]["changes"][0]["fields"]["name"]
        ('ann', 'he asked', {'new': 'Bob'})
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        who: Who = None,
        *,
        codec: Codec | None = None,
        clock: Callable[[], datetime] = now,
        sync: bool = False,
    ) -> None:
        need(path, (str, os.PathLike), "path", "the path of a file")
        self.path = Path(path)
        self._entries = Entries(who, codec, clock)
        self._sync = sync

    def __call__(self, changes: ChangeSet) -> None:
        """Write what was committed.

        Raises:
            OSError: the file cannot be written, or not all of the line.
            PatchError: there is a value that the codec cannot write; nothing was written.
        """
        line = json.dumps(self._entries.entry(changes), separators=(",", ":")).encode() + b"\n"
        with open(self.path, "ab+", buffering=0) as file:
            if _is_torn(file):
                line = b"\n" + line
            write_all(file, line)
            if self._sync:
                os.fsync(file.fileno())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the entries, as :meth:`entries` does, and raise an error at what is none."""
        return self.entries()

    def entries(
        self, on_error: Callable[[PatchError], object] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield the entries, as plain data; ``ChangeSet.from_json(entry["changes"])`` reads on.

        Args:
            on_error: is given the error of each line that is no entry, such as one that was
                cut off, and what comes after it is yielded nevertheless.  If it is not given,
                the error is raised, and that is the end.

        Raises:
            OSError: the file cannot be read.
            PatchError: a line is no entry; the message says which.
            ArgumentError: what is given is no function.
        """
        if on_error is not None:
            need_function(on_error, "on_error", "a function of an error")
        return self._read(on_error)

    def _read(self, on_error: Callable[[PatchError], object] | None) -> Iterator[dict[str, Any]]:
        with open(self.path, "rb") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    entry = self._entry(number, line)
                except PatchError as error:
                    if on_error is None:
                        raise
                    on_error(error)
                else:
                    yield entry

    def _entry(self, number: int, line: bytes) -> dict[str, Any]:
        try:
            entry = loaded(line)
        except PatchError as error:
            raise PatchError(
                f"line {number} of {self.path} is no entry: {error}; it may have been cut off "
                "when a process was ended"
            ) from error
        if not isinstance(entry, dict):
            raise PatchError(f"line {number} of {self.path} is no entry, but {shown(entry)}")
        return entry


def write_all(file: Any, line: bytes) -> None:
    """Write a line whole at the end of a file, or have none of it be there.

    Args:
        file: the file, opened without a buffer, to append to it.
        line: the line.

    Raises:
        OSError: it cannot be written.
    """
    written = 0
    try:
        while written < len(line):
            written += file.write(line[written:])  # a disk that is full takes a part
    except BaseException:
        end = file.tell()
        if written and end == file.seek(0, os.SEEK_END):  # nobody has written after it
            file.truncate(end - written)
        raise


def _is_torn(file: Any) -> bool:
    """Return whether the last line of a file has no end: whoever wrote it was ended."""
    if not file.seek(0, os.SEEK_END):
        return False
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) != b"\n")
