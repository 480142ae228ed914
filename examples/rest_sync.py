"""Objects that are kept by a REST service: a commit sends what has changed, and no more.

What is new is POSTed, what has changed is PATCHed with a JSON Merge Patch (RFC 7396), and
what is deleted is DELETEd, all before the commit.  If a request fails, nothing is committed
but what the service has taken before, for a service has no transactions; the rest stays
changed, and the next commit sends it.

`python -m examples.rest_sync URL TITLE` makes a note at a service, or ticks off the one that
has this title.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from ormolu import ChangeSet, ObjectChange, Workspace, tracked

__all__ = ["Note", "Notes"]


@tracked
@dataclass(eq=False)
class Note:
    """What the service keeps; the service gives out the ids."""

    title: str
    done: bool = False
    labels: list[str] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    id: int | None = None


class Notes:
    """The notes of a service.

    Args:
        client: where the service is, and how to talk to it: `base_url`, headers, timeouts.

    Attributes:
        work: holds the notes; `work.commit()` sends what has changed.
    """

    def __init__(self, client: httpx.Client) -> None:
        self.work = Workspace(key="id")
        self.work.before_commit(self._send)
        self._client = client
        self._session = uuid4()

    def load(self) -> list[Note]:
        """Return all notes of the service; those that are here already as they are here.

        Raises:
            httpx.HTTPError: the service could not be asked.
        """
        return [self._here(document) for document in self._request("GET", "/notes").json()]

    def add(self, note: Note) -> Note:
        """Have a note be made at the next commit."""
        self.work.add(note)
        return note

    def delete(self, note: Note) -> None:
        """Have a note be gone after the next commit."""
        self.work.delete(note)

    def _here(self, document: dict[str, Any]) -> Note:
        note: Note | None = self.work.get(Note, document["id"])
        if note is None:
            note = Note(**document)
            self.work.attach(note)
        return note

    # -- sending ---------------------------------------------------------------------------

    def _send(self, changes: ChangeSet) -> None:
        for change in (*changes.new, *changes.changed, *changes.deleted):
            note = self.work.find(change.ref)
            self._send_one(note, change, changes)
            self.work.settle(note)  # whatever becomes of the next request

    def _send_one(self, note: Note, change: ObjectChange, changes: ChangeSet) -> None:
        path = f"/notes/{change.ref.key}"
        if change.kind == "new":
            document = {key: value for key, value in change.new_values.items() if key != "id"}
            # if the answer is lost, the service knows by this that it is the same note
            once = {"Idempotency-Key": f"{self._session}-{change.ref.number}"}
            made = self._request("POST", "/notes", json=document, headers=once)
            note.id = made.json()["id"]
        elif change.kind == "changed":
            type_ = {"Content-Type": "application/merge-patch+json"}
            patch = changes.to_merge_patch(change.ref)
            self._request("PATCH", path, json=patch, headers=type_)
        else:
            # it is gone already if the answer to the same request was lost
            self._request("DELETE", path, accept=(404, 410))

    def _request(
        self, method: str, path: str, *, accept: tuple[int, ...] = (), **options: Any
    ) -> httpx.Response:
        answer = self._client.request(method, path, **options)
        if answer.status_code not in accept:
            answer.raise_for_status()
        return answer


def main(url: str, title: str) -> None:
    """Make a note at a service, or tick off the one that has this title."""
    with httpx.Client(base_url=url) as client:
        notes = Notes(client)
        found = [note for note in notes.load() if note.title == title]
        for note in found or [notes.add(Note(title))]:
            note.done = bool(found)
        print(notes.work.commit())


if __name__ == "__main__":
    main(*sys.argv[1:])
