"""What is Ray's alone of `test_workers.py`."""

import signal
import sqlite3
from contextlib import closing
from dataclasses import dataclass

import pytest

ray = pytest.importorskip("ray")

import engines  # noqa: E402
from examples.workers import Product, changes_by  # noqa: E402

import ormolu  # noqa: E402
from ormolu.errors import ClassByValueError  # noqa: E402


@pytest.fixture
def owner():
    with engines.of_ray() as engine, closing(sqlite3.connect(":memory:")) as database:
        yield engines.owner_of_six(database, engine)


def test_an_actor_that_is_killed_has_changed_nothing(owner):
    def dearer(work):
        for product in work.objects:
            product.price *= 2

    @ray.remote(max_restarts=0)
    class Clerk:
        def run(self, job, products):
            return changes_by(job, products)

        def hang(self, products):
            products[0].price = -1
            signal.pause()

    good, bad = Clerk.remote(), Clerk.remote()
    first = good.run.remote(dearer, [owner.work.get(Product, 1)])
    lost = bad.hang.remote([owner.work.get(Product, 2)])
    ray.get(first).apply(owner.work)
    ray.kill(bad)
    with pytest.raises(ray.exceptions.RayActorError):
        ray.get(lost, timeout=60)
    ray.kill(good)
    owner.commit()
    prices = owner.database.execute("SELECT price FROM product ORDER BY id").fetchall()
    assert [price for (price,) in prices] == [200, 200, 300, 400, 500, 600]


def test_a_tracked_class_that_workers_cannot_import_is_refused_when_it_is_sent():
    @ormolu.tracked
    @dataclass
    class Local:
        size: int

    with pytest.raises(ClassByValueError, match="in a module that both sides can import"):
        ray.cloudpickle.dumps(Local(1))
