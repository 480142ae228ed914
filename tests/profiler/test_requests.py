"""Requests that are profiled one by one, of servers of both kinds."""

import textwrap

import pytest
from tests.printing import printed

from .conftest import MODEL

BEGIN = """
import ormolu.sqlalchemy
ormolu.sqlalchemy.install()
"""
AFTER = """
def loads(report):
    return [(one.attribute, one.count) for one in report.loads]
"""


@pytest.fixture
def said(tmp_path):
    """Run code with the model; return the lines that it prints."""

    def run(code):
        program = tmp_path / "program.py"
        program.write_text(
            BEGIN + MODEL.replace('"sqlite://"', URL) + AFTER + textwrap.dedent(code)
        )
        return printed(program).splitlines()

    return run


URL = '"sqlite:///program.sqlite"'


def test_an_asgi_application_reports_each_request_though_they_overlap(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = said(
        """
        import asyncio
        from ormolu.profiler.asgi import ProfilerMiddleware

        async def app(scope, receive, send):
            with Session(engine) as session:
                for author in session.scalars(select(Author)):
                    await asyncio.sleep(0.01)
                    if scope["path"] == "/bad":
                        author.books
            await asyncio.to_thread(in_thread, scope["path"])

        def in_thread(path):
            if path == "/thread":
                with Session(engine) as session:
                    for book in session.scalars(select(Book)):
                        book.author

        reports = {}
        app = ProfilerMiddleware(
            app, lambda report, scope: reports.update({scope["path"]: report}))

        async def main():
            await asyncio.gather(*(
                app({"type": "http", "method": "GET", "path": path}, None, None)
                for path in ("/bad", "/good", "/thread")))

        asyncio.run(main())
        for path in sorted(reports):
            print(path, reports[path].program, loads(reports[path]))
        from sqlalchemy.orm.attributes import InstrumentedAttribute
        print("__get__" in vars(InstrumentedAttribute))
        """
    )
    assert lines == [
        "/bad GET /bad [('Author.books', 5)]",
        "/good GET /good []",
        "/thread GET /thread [('Book.author', 5)]",
        "False",
    ]


def test_a_wsgi_application_reports_when_the_last_piece_is_sent(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = said(
        """
        from ormolu.profiler.wsgi import ProfilerMiddleware

        def app(environ, start_response):
            with Session(engine) as session:
                for author in session.scalars(select(Author)):
                    yield f"{author.name} {len(author.books)}".encode()

        reports = []
        app = ProfilerMiddleware(app, lambda report, environ: reports.append(report))
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/authors"}
        one, other = app(environ, None), app(environ, None)
        list(one), next(other)
        print(len(reports))
        one.close()
        other.close(), other.close()
        print([(report.program, loads(report)) for report in reports])
        """
    )
    assert lines == [
        "0",
        "[('GET /authors', [('Author.books', 5)]), ('GET /authors', [('Author.books', 1)])]",
    ]


def test_a_request_that_raises_is_reported_and_a_callback_that_raises_harms_nobody(
    said, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    lines = said(
        """
        import asyncio, logging
        from ormolu.profiler.asgi import ProfilerMiddleware

        async def app(scope, receive, send):
            with Session(engine) as session:
                session.scalars(select(Author)).first().books
            raise LookupError("of the application")

        def on_report(report, scope):
            print(report.totals["lazy_loads"])
            raise RuntimeError("of the callback")

        logging.getLogger("ormolu.profiler").addHandler(logging.NullHandler())
        logging.getLogger("ormolu.profiler").propagate = False
        app = ProfilerMiddleware(app, on_report)
        try:
            asyncio.run(app({"type": "http", "method": "GET", "path": "/"}, None, None))
        except LookupError as error:
            print(error)
        """
    )
    assert lines == ["1", "of the application"]


def test_what_is_not_selected_is_not_recorded(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = said(
        """
        from ormolu.profiler.wsgi import ProfilerMiddleware
        from ormolu.profiler.current import current

        def app(environ, start_response):
            return [str(current() is None).encode()]

        app = ProfilerMiddleware(app, select=lambda environ: environ["PATH_INFO"] == "/this")
        for path in ("/this", "/that"):
            body = app({"PATH_INFO": path}, None)
            print(list(body))
            getattr(body, "close", lambda: None)()
        """
    )
    assert lines == ["[b'False']", "[b'True']"]


def test_without_ormolu_beneath_it_says_what_to_do(said, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "from ormolu import errors\n"
        "from ormolu.profiler import Profile\n"
        "try:\n    Profile().__enter__()\n"
        "except errors.NotBeneathError as error:\n    print(error)\n"
    )
    assert "ormolu profile" in printed(program)
