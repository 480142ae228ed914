"""Change sets travel: real workers of Ray and of Dask, some of which are killed."""

import os
import signal
import sqlite3

import engines
import pytest
from examples.workers import Owner, Part, Product

from ormolu.errors import ConflictError

DEATHS = ("WorkerCrashedError", "KilledWorker")
"""What engines raise for a worker that died."""


@pytest.fixture(scope="module", params=engines.ENGINES)
def engine(request):
    with engines.ENGINES[request.param]() as engine:
        yield engine


@pytest.fixture
def database(tmp_path):
    connection = sqlite3.connect(tmp_path / "shop.db")
    yield connection
    connection.close()


@pytest.fixture
def owner(engine, database):
    return engines.owner_of_six(database, engine)


def rows(database):
    return dict(database.execute("SELECT id, price FROM product ORDER BY id").fetchall())


# jobs are closures, which engines send along: workers cannot import this file


def times(factor):
    def job(work):
        for product in work.objects:
            product.price *= factor

    return job


def tagged(tag):
    def job(work):
        for product in work.objects:
            product.tags.add(tag)

    return job


def test_what_workers_changed_is_written_once(owner, database):
    outcome = owner.run([Part(times(2), (1, 2)), Part(times(3), (3,)), Part(tagged("new"), (1,))])
    assert not outcome.conflicts and not outcome.lost
    assert rows(database) == {1: 200, 2: 400, 3: 900, 4: 400, 5: 500, 6: 600}
    assert owner.work.get(Product, 1).tags == {"new"}
    assert len(outcome.written) == 3 and not owner.work.dirty
    again = Owner(database, owner.engine)
    assert again.work.get(Product, 1).tags == {"new"} and again.work.get(Product, 1).price == 200


def test_products_that_workers_make_get_their_keys_from_the_owner(owner, database):
    def make(work):
        work.add(Product(None, "made", 7))

    outcome = owner.run([Part(make, (1,)), Part(make, (2,))])
    assert [change.ref.key for change in outcome.written.new] == [7, 8]
    assert rows(database)[7] == rows(database)[8] == 7


def test_what_a_worker_deletes_is_gone(owner, database):
    def drop(work):
        work.delete(*work.objects)

    owner.run([Part(drop, (5, 6))])
    assert list(rows(database)) == [1, 2, 3, 4] and owner.work.get(Product, 5) is None


def test_two_workers_that_change_the_same_field_are_a_conflict(owner, database):
    outcome = owner.run([Part(times(2), (1, 2)), Part(times(3), (2, 3))])
    (conflict,) = outcome.conflicts
    assert str(conflict) == "Product 2, price: expected 200, found 400, wanted 600"
    assert rows(database) == {1: 200, 2: 400, 3: 900, 4: 400, 5: 500, 6: 600}

    outcome = owner.run([Part(times(2), (4,)), Part(times(3), (4,))], in_conflict="theirs")
    assert len(outcome.conflicts) == 1 and rows(database)[4] == 1200


def test_a_conflict_that_is_raised_leaves_all_as_it_was(owner, database):
    before = rows(database)
    with pytest.raises(ConflictError):
        owner.run([Part(times(2), (1,)), Part(times(3), (1,))], in_conflict="raise")
    assert rows(database) == before and not owner.work.dirty


def test_other_members_of_one_set_are_no_conflict(owner):
    outcome = owner.run([Part(tagged("a"), (1,)), Part(tagged("b"), (1,))])
    assert not outcome.conflicts and owner.work.get(Product, 1).tags == {"a", "b"}


def test_a_worker_that_is_killed_loses_its_own_work_alone_and_it_can_be_redone(owner, database):
    def die(work):
        times(-1)(work)
        os.kill(os.getpid(), signal.SIGKILL)

    parts = [Part(times(2), (1, 2)), Part(die, (3, 4)), Part(times(2), (5, 6))]
    outcome = owner.run(parts)
    ((part, error),) = outcome.lost
    assert part is parts[1] and type(error.__cause__).__name__ in DEATHS
    assert rows(database) == {1: 200, 2: 400, 3: 300, 4: 400, 5: 1000, 6: 1200}

    outcome = owner.run([Part(times(2), part.ids) for part, _ in outcome.lost])
    assert not outcome.lost and rows(database)[3] == 600 and rows(database)[4] == 800


def test_what_a_job_raises_is_known_to_the_owner(owner, database):
    def fail(work):
        work.objects[0].price = 0
        raise LookupError("no such price")

    outcome = owner.run([Part(fail, (1,)), Part(times(2), (2,))])
    ((_, error),) = outcome.lost
    assert "no such price" in str(error)
    assert rows(database)[1] == 100 and rows(database)[2] == 400
