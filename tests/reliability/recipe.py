"""The recipe for clusters, where everything but the database is as it will be.

`test_servers` runs it on ormolu, in a process of its own.
"""

import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

from examples import cluster
from sqlalchemy import event


class Base(DeclarativeBase):
    pass


class Ledger(Base):
    __tablename__ = "ledger"
    id: Mapped[str] = mapped_column(primary_key=True)


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)


class Coded(sqlite3.OperationalError):
    """An error with a number, as MariaDB's drivers raise it."""


class Stated(sqlite3.OperationalError):
    """An error with an SQLSTATE, as PostgreSQL's drivers raise it."""

    def __init__(self, sqlstate):
        super().__init__("message")
        self.sqlstate = sqlstate


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    pauses = []
    monkeypatch.setattr(cluster.time, "sleep", pauses.append)
    return pauses


@pytest.fixture
def engine(tmp_path):
    engine = cluster.cluster_engine([f"sqlite:///{tmp_path}/things.db"])
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def at_commit(engine, *errors, committed=False):
    """Let the next COMMITs fail, be they done or not."""
    left = list(errors)
    really = engine.dialect.do_commit

    def do_commit(connection):
        if not left:
            return really(connection)
        if committed:
            really(connection)
        else:
            connection.rollback()
        raise left.pop(0)

    engine.dialect.do_commit = do_commit


def run(engine, work=None, **options):
    sessions = sessionmaker(engine)
    tries = []

    def insert(session):
        tries.append(session)
        session.add(Thing())
        return len(tries)

    return cluster.run_transaction(sessions, work or insert, ledger=Ledger, key="k", **options)


def counts(engine):
    with sessionmaker(engine)() as session:
        return session.query(Ledger).count(), session.query(Thing).count()


def conflict():
    return Coded(1213, "another was first")


def lost():
    return Coded(1180, "not connected")


@pytest.mark.parametrize(
    "error",
    [Coded(code, "") for code in (1213, 1205, 1020)] + [Stated("40001"), Stated("40P01")],
    ids=repr,
)
def test_conflicts_are_tried_again_in_a_fresh_session(engine, error):
    at_commit(engine, error)
    assert run(engine) == 2
    assert counts(engine) == (1, 1)


def test_what_no_other_try_can_mend_is_raised_at_once(engine):
    def work(session):
        session.add(Ledger(id="other"))
        session.flush()
        raise ProgrammingError("SELECT", {}, Coded(1064, "syntax"))

    with pytest.raises(ProgrammingError):
        run(engine, work)
    assert counts(engine) == (0, 0)


def test_a_commit_that_took_place_unanswered_is_not_done_again(engine):
    at_commit(engine, lost(), committed=True)
    assert run(engine) == 1
    assert counts(engine) == (1, 1)


def test_a_commit_that_did_not_take_place_is_done_again(engine):
    at_commit(engine, lost())
    assert run(engine) == 2
    assert counts(engine) == (1, 1)


def test_an_earlier_try_that_comes_through_late_is_found_by_its_row(engine, monkeypatch):
    answers = [False]
    really = cluster._is_committed
    monkeypatch.setattr(
        cluster, "_is_committed", lambda *args: answers.pop() if answers else really(*args)
    )
    at_commit(engine, lost(), committed=True)
    assert run(engine) == 1
    assert counts(engine) == (1, 1)


def test_a_doubt_that_stays_is_said_with_the_key(engine):
    at_commit(engine, *[lost() for _ in range(20)])
    with pytest.raises(cluster.InDoubtError, match="whether k was committed") as caught:
        run(engine, tries=3)
    assert caught.value.key == "k"
    assert caught.value.__cause__.connection_invalidated


def test_tries_come_to_an_end_with_pauses_that_grow(engine, no_pauses):
    at_commit(engine, *[conflict() for _ in range(20)])
    with pytest.raises(OperationalError):
        run(engine, tries=7)
    assert no_pauses[0] == 0
    assert all(0.5 <= pause / (0.02 * 2**n) <= 1 for n, pause in enumerate(no_pauses) if n)
    assert max(cluster._pause(50) for _ in range(50)) <= 2


def test_a_key_that_was_committed_before_is_refused(engine):
    assert run(engine) == 1
    with pytest.raises(IntegrityError):
        run(engine)
    assert counts(engine) == (1, 1)


def nodes(tmp_path):
    """Return an engine for two nodes, the first of which is not there."""
    return cluster.cluster_engine(
        [f"sqlite:///{tmp_path}/none/a.db", f"sqlite:///{tmp_path}/b.db"]
    )


def test_the_first_node_that_is_there_is_taken_and_kept(tmp_path):
    engine = nodes(tmp_path)
    with engine.connect() as connection:
        assert connection.info["node"] == 1
    (tmp_path / "none").mkdir()
    engine.dispose()
    with engine.connect() as connection:
        assert connection.info["node"] == 1
    engine.dispose()


def test_that_no_node_is_there_may_be_tried_again(tmp_path):
    engine = cluster.cluster_engine([f"sqlite:///{tmp_path}/none/{name}.db" for name in "ab"])
    with pytest.raises(OperationalError) as caught:
        engine.connect()
    assert cluster.is_retriable(caught.value)


@pytest.mark.parametrize("code", [1047, 1180])
def test_a_node_that_has_lost_the_others_is_left(tmp_path, code):
    engine = nodes(tmp_path)

    def answer(cursor, statement, parameters, context):
        raise Coded(code, "not connected")

    with engine.connect() as connection:
        event.listen(engine, "do_execute", answer)
        with pytest.raises(OperationalError) as caught:
            connection.exec_driver_sql("SELECT 1")
        assert cluster.is_retriable(caught.value)
        assert not cluster.is_undone(caught.value)
        assert connection.invalidated
    engine.dispose()
