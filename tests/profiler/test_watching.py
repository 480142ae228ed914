"""What is put into SQLAlchemy for a profile is taken out after it, and sees all kinds of use."""

import textwrap

import pytest
from tests.printing import printed

from .conftest import MODEL

BEGIN = """
import ormolu.sqlalchemy
ormolu.sqlalchemy.install()
"""


@pytest.fixture
def said(tmp_path, monkeypatch):
    """Run code with the model, on ormolu; return the lines that it prints."""
    monkeypatch.chdir(tmp_path)

    def run(code, model=MODEL):
        program = tmp_path / "program.py"
        program.write_text(BEGIN + model + textwrap.dedent(code))
        return printed(program).splitlines()

    return run


def test_all_is_as_it_was_afterwards(said):
    lines = said(
        """
        import builtins, copy
        import sqlalchemy.orm as orm
        from sqlalchemy import Engine, event
        from sqlalchemy.orm import attributes, loading, strategies
        from ormolu.profiler import Profile
        from ormolu.profiler.recording import READS

        places = [builtins, copy, Session, loading, orm.InstanceState,
                  getattr(attributes, "_AttributeImpl", None) or attributes.AttributeImpl,
                  getattr(strategies, "_JoinedLoader", None) or strategies.JoinedLoader,
                  attributes.InstrumentedAttribute,
                  orm.state.AttributeState]

        def seen():
            return [{k: v for k, v in vars(place).items() if k[0] != "_" or callable(v)}
                    for place in places]

        def work():
            with Session(engine) as session:
                for author in session.scalars(select(Author)):
                    author.name = author.name
                    author.books
                session.commit()

        work()
        manager = Author.__mapper__.class_manager

        def heard():
            return len(list(manager.dispatch.init)), len(Session.dispatch.after_commit._clslevel)

        before, heard_before = seen(), heard()
        with Profile():
            with Profile(everywhere=True) as inner:
                work()
            assert seen() != before
        work()
        print([a == b for a, b in zip(seen(), before)] == [True] * len(places))
        print(READS, Engine._has_events, inner.recording.lazy_loads)
        print(heard_before == heard(), not Session.dispatch.after_commit._clslevel.get(Session))
        with Profile() as again:
            work()
        print(again.recording.lazy_loads)
        """
    )
    assert lines == ["True", "{} False 0", "True True", "5"]


def test_a_listener_of_the_program_on_all_engines_is_heard_afterwards(said):
    lines = said(
        """
        from sqlalchemy import Engine, event
        from ormolu.profiler import Profile

        with Profile():
            @event.listens_for(Engine, "before_cursor_execute")
            def heard(*args):
                print("heard")
        with Session(engine) as session:
            session.get(Author, 1)
        """
    )
    assert lines == ["heard"]


def test_reads_are_counted_for_the_recording_that_saw_the_object_come_in(said):
    lines = said(
        """
        from ormolu.profiler import Profile

        session = Session(engine)
        with Profile() as outer:
            author = session.get(Author, 1)
            with Profile() as inner:
                author.name, author.books
        author.bio
        for profile in (outer, inner):
            report = profile.report()
            print(report.totals["reads"], report.totals["lazy_loads"])
        print([one.columns for one in outer.report().findings])
        """
    )
    assert lines == ["2 0", "0 1", "[('bio',)]"]


def test_what_goes_on_is_certain_of_nothing_unread(said):
    lines = said(
        """
        from ormolu.profiler import Profile

        with Profile() as profile:
            with Session(engine) as session:
                authors = session.scalars(select(Author)).all()
        for final in (False, True):
            print([(one.certain, one.doubts) for one in profile.report(final=final).findings])
        """
    )
    assert lines == [
        "[(False, ('the program goes on, and may read it yet',))]",
        "[(True, ())]",
    ]


def test_what_was_not_begun_cannot_be_reported(said):
    lines = said(
        """
        from ormolu import errors
        from ormolu.profiler import Profile

        try:
            Profile().report()
        except errors.NotRecordedError as error:
            print(error)
        """
    )
    assert "the profile was not begun" in lines[0]


def test_comparisons_that_raise_and_odd_values_do_not_harm_the_program(said):
    lines = said(
        """
        from ormolu.profiler import Profile

        class Odd:
            def __eq__(self, other):
                raise RuntimeError("of the program")

        with Profile() as profile:
            with Session(engine) as session:
                author = session.get(Author, 1)
                author.name = Odd()
                print(type(author.name).__name__)
                del author.name
                try:
                    author.nothing
                except AttributeError:
                    print("no attribute")
                print(Author.name is Author.__dict__["name"])
                session.rollback()
        print(profile.report().totals["writes"])
        """
    )
    assert lines == ["Odd", "no attribute", "True", "1"]


ASYNC = """
import asyncio
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from ormolu.profiler import Profile
"""


def test_beneath_an_async_session_the_line_is_that_of_the_coroutine(said):
    pytest.importorskip("aiosqlite")
    pytest.importorskip("greenlet")
    lines = said(
        ASYNC
        + textwrap.dedent(
            """
            class Awaited(AsyncAttrs, Base):
                __tablename__ = "awaited"
                id: Mapped[int] = mapped_column(primary_key=True)
                of: Mapped[int | None] = mapped_column(ForeignKey("awaited.id"))
                parts: Mapped[list["Awaited"]] = relationship()

            async def many(session):
                for one in await session.scalars(select(Awaited).where(Awaited.of == None)):
                    await one.awaitable_attrs.parts

            async def main():
                engine = create_async_engine("sqlite+aiosqlite://")
                async with engine.begin() as connection:
                    await connection.run_sync(Base.metadata.create_all)
                async with AsyncSession(engine) as session:
                    session.add_all([Awaited(parts=[Awaited()]) for _ in range(3)])
                    await session.commit()
                async with AsyncSession(engine) as session:
                    with Profile() as profile:
                        await many(session)
                for one in profile.report().findings:
                    print(one.kind, one.certain, one.count, one.site.function, one.origin.function)
                await engine.dispose()

            asyncio.run(main())
            """
        ),
        model=MODEL + "from sqlalchemy.ext.asyncio import AsyncAttrs\n",
    )
    assert lines == ["n_plus_one True 3 many many"]


def test_executions_that_are_forgotten_make_it_uncertain(said):
    lines = said(
        """
        from ormolu.profiler import Profile, recording

        recording._MOST_RUNS = 3
        with Profile() as profile:
            for number in range(1, 6):
                with Session(engine) as session:
                    session.get(Author, number)
            kept = len(profile.recording.runs), len(recording.READS)
        print(kept)
        (found,) = [f for f in profile.report(final=True).findings if f.kind == "unused_columns"]
        print(found.certain, found.doubts)
        """
    )
    assert lines == [
        "(3, 3)",
        "False ('there were too many queries to tell all of their objects apart',)",
    ]


def test_many_queries_of_a_line_take_no_more_memory_than_few(said):
    lines = said(
        """
        import gc, tracemalloc
        from ormolu.profiler import Profile, recording

        recording._MOST_RUNS = 50
        def work(times):
            for _ in range(times):
                with Session(engine) as session:
                    for author in session.scalars(select(Author)):
                        author.name = author.name
                        author.books
            gc.collect()

        with Profile():
            work(100)
            tracemalloc.start()
            work(50)
            before, _ = tracemalloc.get_traced_memory()
            work(200)
            after, _ = tracemalloc.get_traced_memory()
        print(after - before < 20_000 or after - before)
        """
    )
    assert lines == ["True"]


def test_threads_are_counted_together(said):
    lines = said(
        """
        import threading
        from ormolu.profiler import Profile

        def work():
            for _ in range(20):
                with Session(engine) as session:
                    for author in session.scalars(select(Author)):
                        author.name = author.name
                        author.books

        with Profile(everywhere=True) as profile:
            threads = [threading.Thread(target=work) for _ in range(6)]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
        report = profile.report(final=True)
        (found,) = [one for one in report.findings if one.kind == "n_plus_one"]
        print(found.most, found.count == 6 * 20 * 5, report.totals["statements"] == 6 * 20 * 6)
        """,
        model=MODEL.replace('"sqlite://"', '"sqlite:///program.sqlite"'),
    )
    assert lines == ["5 True True"]


def test_one_profile_within_another_leaves_the_outer_as_it_was(said):
    lines = said(
        """
        from ormolu.profiler import Profile

        def work():
            with Session(engine) as session:
                session.get(Author, 1).books

        with Profile(everywhere=True) as outer:
            work()
            with Profile(everywhere=True) as inner:
                work()
            work()
        print(outer.recording.lazy_loads, inner.recording.lazy_loads)
        """
    )
    assert lines == ["2 1"]


def test_a_task_that_goes_on_is_recorded_no_more(said):
    lines = said(
        """
        import asyncio
        from ormolu.profiler import Profile
        from ormolu.profiler.recording import READS

        async def later():
            await asyncio.sleep(0.05)
            with Session(engine) as session:
                session.get(Author, 1).books

        async def main():
            with Profile() as profile:
                task = asyncio.create_task(later())
            await task
            return profile

        with Profile(everywhere=True) as outer:
            inner = asyncio.run(main())
        print(outer.recording.lazy_loads, inner.recording.lazy_loads, READS)
        """
    )
    assert lines == ["1 0 {}"]
