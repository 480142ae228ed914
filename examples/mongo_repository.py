"""Objects that are kept in MongoDB: an update sets the paths that have changed.

What is changed in place is found as well: `article.meta["seen"]["ann"] = 2` becomes
`{"$set": {"meta.seen.ann": 2}}`, so that who changes something else in the same document
meanwhile is not overwritten.  A list is set as a whole, for the places of its items may have
changed.  If a write fails, nothing is committed but what was written before; the rest stays
changed, and the next commit writes it.

`python -m examples.mongo_repository URL SLUG TAG` tags an article on a server.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bson import ObjectId
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database

from ormolu import MISSING, Changes, ChangeSet, Difference, Item, ObjectChange, Workspace, tracked

__all__ = ["Article", "MissingDocumentError", "Repository", "update_of"]

T = TypeVar("T")
Document = dict[str, Any]


class MissingDocumentError(LookupError):
    """A document that was to be updated is not there any more."""


@tracked
@dataclass(eq=False)
class Article:
    """What is kept; its fields hold what BSON can."""

    slug: str
    tags: list[str] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    id: ObjectId = field(default_factory=ObjectId)


class Repository:
    """The documents of a database as objects; of one document there is one object.

    Each class has a collection of its name.

    Args:
        database: where the documents are.

    Attributes:
        work: holds the objects; `work.commit()` writes what has changed.
    """

    def __init__(self, database: Database[Document]) -> None:
        self.work = Workspace(key="id", cascade=False)
        self.work.before_commit(self._write)
        self._database = database

    def find(self, class_: type[T], query: Mapping[str, Any]) -> list[T]:
        """Return the objects whose documents match; those here already as they are here."""
        documents = self._database[class_.__name__].find(query)
        return [self._here(class_, document) for document in documents]

    def _here(self, class_: type[T], document: Document) -> T:
        document["id"] = document.pop("_id")
        present = self.work.get(class_, document["id"])
        if present is None:
            present = class_(**document)
            self.work.attach(present)
        return present

    def _write(self, changes: ChangeSet) -> None:
        for change in changes.values():
            _write(self._database[change.ref.class_name], change)
            self.work.settle(self.work.find(change.ref))  # whatever becomes of the next one


def _write(collection: Collection[Document], change: ObjectChange) -> None:
    """Write one change; to do so twice, as after a lost answer, is the same as once."""
    which = {"_id": change.ref.key}
    if change.kind == "deleted":
        collection.delete_one(which)
    elif change.kind == "new":
        document = {_name(key): value for key, value in change.new_values.items()}
        collection.replace_one(which, document, upsert=True)
    elif collection.update_one(which, update_of(change.fields)).matched_count == 0:
        raise MissingDocumentError(f"the document of {change.ref} was deleted meanwhile")


def update_of(changes: Changes) -> dict[str, Document]:
    """Return the update that does to a document what was done to an object."""
    found = dict(
        _place(_name(key), change.new, difference)
        for key, change in changes.items()
        for difference in changes.within(key)
    )
    update: dict[str, Document] = {}
    for path, value in found.items():
        # MongoDB refuses to set a path and what is below it
        if any(path[:length] in found for length in range(1, len(path))):
            continue
        if value is MISSING:
            update.setdefault("$unset", {})[".".join(path)] = ""
        else:
            update.setdefault("$set", {})[".".join(path)] = value
    return update


def _place(name: str, value: Any, difference: Difference) -> tuple[tuple[str, ...], Any]:
    """Follow the path to a change as far as there are dictionaries; return what is there."""
    path: tuple[str, ...] = (name,)
    for step in difference.path:
        if not (isinstance(step, Item) and isinstance(value, dict) and _is_name(step.key)):
            break
        path, value = (*path, step.key), value.get(step.key, MISSING)
    return path, value


def _name(key: str) -> str:
    return "_id" if key == "id" else key


def _is_name(key: Any) -> bool:
    """Return whether a key can be a part of a dotted path."""
    return type(key) is str and key != "" and "." not in key and not key.startswith("$")


def main(url: str, slug: str, tag: str) -> None:
    """Tag an article; make it, if it is not there."""
    client: MongoClient[Document]
    with MongoClient(url) as client:
        repository = Repository(client.get_default_database("articles"))
        found = repository.find(Article, {"slug": slug}) or [Article(slug)]
        repository.work.add(*found)
        found[0].tags.append(tag)
        print(repository.work.commit())


if __name__ == "__main__":
    main(*sys.argv[1:])
