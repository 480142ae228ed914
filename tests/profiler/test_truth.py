"""Random programs, of which it is known what they read: the report says that and no more."""

import random

import pytest

AUTHOR, BOOK = ("name", "bio"), ("title",)
OPTIONS = (
    "",
    "selectinload(Author.books)",
    "joinedload(Author.books)",
    "subqueryload(Author.books)",
)


class Job:
    """A function that queries authors, and reads some of what comes."""

    def __init__(self, number, chance):
        self.name = f"job_{number}"
        self.option = chance.choice(OPTIONS)
        self.follows = chance.random() < 0.5
        self.reads = [key for key in AUTHOR if chance.random() < 0.5]
        self.reads_of_books = [key for key in BOOK if chance.random() < 0.5]
        self.goes_back = self.follows and chance.random() < 0.3
        self.times = chance.choice((1, 3))
        self.streams = not self.option and chance.random() < 0.3

    def code(self):
        """The function, and the calls of it."""
        stream = ".execution_options(yield_per=2)" if self.streams else ""
        lines = [
            f"def {self.name}(session):",
            f"    statement = select(Author).options({self.option}){stream}",
            "    for author in session.scalars(statement).unique():"
            if self.option
            else "    for author in session.scalars(statement):",
            "        author.id",
            *(f"        author.{key}" for key in self.reads),
        ]
        if self.follows:
            lines += ["        for book in author.books:", "            book.id"]
            lines += [f"            book.{key}" for key in self.reads_of_books]
            lines += ["            book.author.id"] if self.goes_back else []
        calls = [f"with Session(engine) as session: {self.name}(session)"] * self.times
        return "\n".join([*lines, *calls, ""])

    def truth(self):
        """What there is to be found."""
        unread = [key for key in AUTHOR if key not in self.reads]
        found = (
            {("unused_columns", self.name, "Author", tuple(sorted(unread)))} if unread else set()
        )
        if self.option and not self.follows:
            found.add(("unused_relationship", self.name, "Author.books", 15 * self.times))
        if self.follows and not self.option:
            found.add(("n_plus_one", self.name, "Author.books", 5 * self.times))
        if self.follows and not self.reads_of_books:
            found.add(("unused_columns", self.name, "Book", BOOK))
        return found


def told(finding):
    if finding["kind"] == "unused_columns":
        what = (finding["class_"], tuple(sorted(finding["columns"])))
    else:
        what = (finding["attribute"], finding["count"])
    return (finding["kind"], finding["site"]["function"], *what)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_reported_is_what_is_so(profiled, seed):
    chance = random.Random(seed)
    jobs = [Job(number, chance) for number in range(40)]
    done = profiled("\n".join(job.code() for job in jobs))
    found = {told(one) for one in done.report["findings"] if one["certain"]}
    assert found == set().union(*(job.truth() for job in jobs)) and len(found) > 30
    assert len(found) == len([one for one in done.report["findings"] if one["certain"]])
