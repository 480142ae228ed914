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
from .documents.codec import Codec
from .workspaces.changeset import ChangeSet

__all__ = ["AuditLog", "Who", "entry_of", "now"]

Who = str | Callable[[], str | None] | None
"""The name of who commits, or a function that returns it."""


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def entry_of(
    changes: ChangeSet, who: Who, clock: Callable[[], datetime], codec: Codec
) -> dict[str, Any]:
    """Return what is to be recorded of a commit, as plain data.

    Args:
        changes: what was committed; its ``about`` may say ``who`` and ``why``.
        who: tells who it was, where that does not.
        clock: tells the time.
        codec: writes values that JSON has no form for.
    """
    known = who() if callable(who) else who
    return {
        "who": changes.about.get("who", known),
        "when": clock().astimezone(UTC).isoformat(),
        "why": changes.about.get("why"),
        "changes": changes.to_json(codec),
    }


class AuditLog:
    """Writes every commit of a workspace to a file, as one line of JSON.

    To be given to :meth:`ormolu.Workspace.after_commit`.  Each line is written at once and
    at the end of the file, so several processes may write to one.

    Args:
        path: the file; it is made if there is none.
        who: the name of who commits, or a function that returns it; what is given to
            ``commit(who=...)`` comes first.
        codec: writes values that JSON has no form for.  If it is not given, these are
            written with ``repr``, which is to be read by people only.
        clock: tells the time.
        sync: whether to have the operating system write each line to the disk at once.

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
        self.path = Path(path)
        self._who = who
        self._codec = codec or Codec(fallback=repr)
        self._clock = clock
        self._sync = sync

    def __call__(self, changes: ChangeSet) -> None:
        """Write what was committed.

        Raises:
            OSError: the file cannot be written, or not all of the line.
            PatchError: there is a value that the codec cannot write; nothing was written.
        """
        entry = entry_of(changes, self._who, self._clock, self._codec)
        line = json.dumps(entry, separators=(",", ":")).encode() + b"\n"
        with open(self.path, "ab+", buffering=0) as file:
            if _is_torn(file):
                line = b"\n" + line
            _write_all(file, line)
            if self._sync:
                os.fsync(file.fileno())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the entries, as plain data; ``ChangeSet.from_json(entry["changes"])`` reads on.

        Raises:
            OSError: the file cannot be read.
            PatchError: a line is no entry; the message says which.
        """
        with open(self.path, "rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield self._entry(number, line)

    def _entry(self, number: int, line: bytes) -> dict[str, Any]:
        try:
            entry = json.loads(line)
        except ValueError as error:
            raise PatchError(
                f"line {number} of {self.path} is no entry: {error}; it may have been cut off "
                "when a process was ended"
            ) from error
        if not isinstance(entry, dict):
            raise PatchError(f"line {number} of {self.path} is no entry, but {shown(entry)}")
        return entry


def _write_all(file: Any, line: bytes) -> None:
    """Write a line whole, or have none of it be there."""
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
