"""The PATCH endpoint: what is sent to the database, and what to the client."""

import warnings

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("httpx")
pytest.importorskip("sqlalchemy")

with warnings.catch_warnings():
    # from some version on Starlette wants another client, and takes this one all the same
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

from examples.patch_endpoint import Article, articles, create_app, load, save
from fastapi import HTTPException

from sqlalchemy import create_engine, event, insert, select, update

ROW = {
    "id": 1,
    "version": 1,
    "title": "Gilding",
    "body": "Gold.",
    "summary": "On gold",
    "tags": ["craft"],
}


@pytest.fixture
def engine(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/articles.db")
    yield engine
    engine.dispose()


@pytest.fixture
def client(engine):
    client = TestClient(create_app(engine))
    with engine.begin() as connection:
        connection.execute(insert(articles).values(**ROW))
    yield client
    client.close()


@pytest.fixture
def written(engine, client):
    """The UPDATE statements that the database is sent, and their parameters."""
    written = []

    @event.listens_for(engine, "before_cursor_execute")
    def see(connection, cursor, statement, parameters, context, many):
        if not statement.startswith("SELECT"):
            written.append((statement, parameters))

    return written


def row(engine):
    with engine.connect() as connection:
        return dict(connection.execute(select(articles)).mappings().one())


def test_only_the_columns_that_have_changed_are_written(engine, client, written):
    answer = client.patch("/articles/1", json={"title": " Gilded ", "body": "Gold."})
    assert answer.status_code == 200
    assert answer.json() == ROW | {"title": "Gilded", "version": 2} == row(engine)
    assert written == [
        (
            "UPDATE article SET version=?, title=? WHERE article.id = ? AND article.version = ?",
            (2, "Gilded", 1, 1),
        )
    ]


@pytest.mark.parametrize("body", [{}, {"title": "Gilding"}, {"tags": ["craft"]}, ROW])
def test_where_nothing_has_changed_nothing_is_written(engine, client, written, body):
    body = {key: value for key, value in body.items() if key not in ("id", "version")}
    answer = client.patch("/articles/1", json=body)
    assert (answer.status_code, answer.json()) == (200, ROW)
    assert answer.headers["ETag"] == '"1"'
    assert written == []


def test_null_is_not_the_same_as_what_was_not_sent(engine, client):
    client.patch("/articles/1", json={"summary": None, "tags": []})
    assert row(engine) == ROW | {"summary": None, "tags": [], "version": 2}


@pytest.mark.parametrize(
    "body", [{"title": " "}, {"title": None}, {"tags": "craft"}, {"id": 2}, {"version": 7}]
)
def test_what_is_not_valid_is_refused_and_nothing_is_written(engine, client, written, body):
    answer = client.patch("/articles/1", json={"body": "New."} | body)
    assert answer.status_code == 422
    assert written == [] and row(engine) == ROW


def test_an_article_that_is_not_there_is_not_found(client):
    assert client.patch("/articles/2", json={"title": "New"}).status_code == 404


def test_who_has_read_an_older_version_is_told(engine, client):
    read = client.get("/articles/1").headers["ETag"]
    first = client.patch("/articles/1", json={"title": "First"}, headers={"If-Match": read})
    second = client.patch("/articles/1", json={"title": "Second"}, headers={"If-Match": read})
    assert (first.status_code, second.status_code) == (200, 412)
    assert first.headers["ETag"] == '"2"'
    assert row(engine)["title"] == "First"


def test_a_row_that_somebody_else_writes_in_the_middle_is_not_overwritten(engine, client):
    with engine.connect() as connection:
        article = load(connection, 1)
        connection.execute(update(articles).values(version=2, body="Theirs."))
        connection.commit()
        article.body = "Mine."
        with pytest.raises(HTTPException) as refused:
            save(connection, article)
    assert refused.value.status_code == 409
    assert row(engine)["body"] == "Theirs."


def test_what_is_changed_in_place_is_written_each_time(engine, client):
    with engine.begin() as connection:
        article = load(connection, 1)
        article.tags.append("gold")
        save(connection, article)
        article.tags.append("leaf")
        save(connection, article)
    assert Article(**row(engine)) == article
    assert row(engine)["tags"] == ["craft", "gold", "leaf"]
