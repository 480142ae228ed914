"""Random programs see the same with peers and without, but for the number of statements.

usage: walks.py FIRST_SEED LAST_SEED
"""

import random
import sys

import ormolu.sqlalchemy

ormolu.sqlalchemy.install()

from sqlalchemy.orm import (  # noqa: E402
    Session,
    defer,
    joinedload,
    lazyload,
    selectinload,
    undefer,
)
from sqlalchemy.orm import exc as orm_exc  # noqa: E402

from model import Author, Base, Book, Copy, House, Node, Shelf, Tag, fill  # noqa: E402
from ormolu.sqlalchemy import fetch_peers  # noqa: E402
from sqlalchemy import create_engine, event, inspect, select  # noqa: E402

CLASSES = (House, Author, Book, Tag, Shelf, Copy, Node)
OPTIONS = (
    (),
    (selectinload(Author.books),),
    (joinedload(Author.house), defer(Author.name)),
    (undefer(Author.about),),
    (lazyload(Author.books).options(joinedload(Book.tags)),),
)
STEPS = 60


def shown(value):
    """A value as both see it; the order of what was appended is the appender's."""
    if isinstance(value, list):
        return sorted(shown(one) for one in value)
    return str(inspect(value).identity) if isinstance(value, Base) else repr(value)


class Walker:
    """One of two that make the same steps."""

    def __init__(self, peers, most):
        self.engine = create_engine("sqlite://")
        Base.metadata.create_all(self.engine)
        self.statements = 0
        with Session(self.engine) as session:
            fill(session, 12)
        event.listen(self.engine, "before_cursor_execute", self._note)
        self.session = Session(self.engine)
        fetch_peers(self.session, peers, most=most)
        self.objects = []

    def _note(self, *details):
        self.statements += 1

    def query(self, class_, options, limit):
        statement = select(class_).order_by(*inspect(class_).primary_key).limit(limit)
        if class_ is Author:
            statement = statement.options(*options)
        self.objects += self.session.scalars(statement).unique().all()
        return len(self.objects)

    def read(self, at, key):
        try:
            return shown(getattr(self.objects[at], key))
        except orm_exc.DetachedInstanceError as error:
            return type(error).__name__

    def read_all(self, class_, key):
        found = []
        for obj in self.objects:
            if isinstance(obj, class_):
                found.append(self.read(self.objects.index(obj), key))
        return found

    def write(self, at, key, value):
        setattr(self.objects[at], key, value)
        self.session.flush()

    def refer(self, at, key, to):
        setattr(self.objects[at], key, self.objects[to])
        # or the next load would, and there are fewer with peers
        self.session.flush()

    def expire(self, at, keys):
        if self.objects[at] in self.session:
            self.session.expire(self.objects[at], keys)

    def detach(self, at):
        if self.objects[at] in self.session:
            # what a peer has loaded for it would be there, and is not without
            self.session.refresh(self.objects[at])
            self.session.expunge(self.objects[at])

    def end(self, how):
        getattr(self.session, how)()


def attributes(class_):
    return [one.key for one in inspect(class_).attrs if one.key not in ("strict", "first")]


def steps(chance, classes):
    """Yield names of steps and their arguments; ``classes`` grows as objects come."""
    for _ in range(STEPS):
        kind = chance.choices(
            ("query", "read_all", "read", "write", "refer", "expire", "detach", "end"),
            (4, 6, 6, 3, 3, 2, 1, 2),
        )[0]
        if kind == "query" or not classes:
            yield "query", (chance.choice(CLASSES), chance.choice(OPTIONS), chance.randint(1, 12))
            continue
        at = chance.randrange(len(classes))
        class_ = classes[at]
        if kind == "read_all":
            yield kind, (class_, chance.choice(attributes(class_)))
        elif kind == "read":
            yield kind, (at, chance.choice(attributes(class_)))
        elif kind == "write" and class_ in (Book, House):
            key = "title" if class_ is Book else "name"
            yield kind, (at, key, f"new {chance.randrange(99)}")
        elif kind == "refer" and class_ in (Book, Copy):
            other = Author if class_ is Book else Shelf
            found = [n for n, one in enumerate(classes) if issubclass(one, other)]
            if found:
                yield kind, (at, "author" if class_ is Book else "shelf", chance.choice(found))
        elif kind == "expire":
            keys = chance.choice((None, [chance.choice(attributes(class_))]))
            yield kind, (at, keys)
        elif kind == "detach" and class_ in (Tag, House):
            yield kind, (at,)
        elif kind == "end":
            yield kind, (chance.choice(("flush", "commit", "expire_all", "rollback")),)


def walk(seed):
    chance = random.Random(seed)
    most = chance.choice((2, 5, 1000))
    one, other = Walker(True, most), Walker(False, most)
    classes, taken = [], []
    for name, arguments in steps(chance, classes):
        taken.append((name, arguments))
        seen = [getattr(walker, name)(*arguments) for walker in (one, other)]
        assert seen[0] == seen[1], f"seed {seed}: {taken}\n{seen[0]}\n{seen[1]}"
        classes[:] = map(type, other.objects)
    for walker in (one, other):
        walker.session.close()
        walker.engine.dispose()
    return one.statements, other.statements


if __name__ == "__main__":
    counts = [walk(seed) for seed in range(int(sys.argv[1]), int(sys.argv[2]))]
    print(*map(sum, zip(*counts, strict=True)))
