"""A PATCH endpoint that writes the columns that have changed, and no others.

The row is a tracked Pydantic model; the body of the request is assigned to it, and what
`changes` tells is what the UPDATE sets.  Where nothing has changed there is no UPDATE.  The
ETag is the version of the row, so of two who write at once one is told.

Run it with `uvicorn --factory examples.patch_endpoint:create_app`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Header, HTTPException, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from ormolu import changes, commit, original, tracked
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    select,
    update,
)

__all__ = ["Article", "ArticlePatch", "articles", "create_app", "save"]

metadata = MetaData()
articles = Table(
    "article",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("title", String(80), nullable=False),
    Column("body", String, nullable=False),
    Column("summary", String),
    Column("tags", JSON, nullable=False),
)

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


@tracked
class Article(BaseModel):
    """A row."""

    id: int
    version: int = 1
    title: Title
    body: str
    summary: str | None = None
    tags: list[str] = []


class ArticlePatch(BaseModel):
    """What a request may change; of the defaults none is used, for only what was sent is."""

    model_config = ConfigDict(extra="forbid")

    title: Title = ""
    body: str = ""
    summary: str | None = None
    tags: list[str] = []


def load(connection: Connection, id: int) -> Article:
    """Return a row as an object.

    Raises:
        HTTPException: 404, there is none.
    """
    row = connection.execute(select(articles).where(articles.c.id == id)).mappings().first()
    if row is None:
        raise HTTPException(404, f"there is no article {id}")
    return Article(**row)


def save(connection: Connection, article: Article) -> None:
    """Write what has changed in an object to its row; nothing, if nothing has.

    Raises:
        HTTPException: 409, somebody else has written the row meanwhile.
    """
    if not changes(article):
        return
    article.version += 1
    statement = (
        update(articles)
        .where(articles.c.id == article.id)
        .where(articles.c.version == original(article, "version"))
        .values({key: change.new for key, change in changes(article).items()})
    )
    if connection.execute(statement).rowcount == 0:
        raise HTTPException(409, f"article {article.id} has changed meanwhile")
    commit(article)


def create_app(engine: Engine | None = None) -> FastAPI:
    """Return the application, on a database; on a file here, if none is given."""
    database = engine or create_engine("sqlite:///articles.db")
    metadata.create_all(database)
    app = FastAPI(title="Articles")

    @app.get("/articles/{id}")
    def read(id: int, response: Response) -> Article:
        with database.connect() as connection:
            article = load(connection, id)
        response.headers["ETag"] = etag(article)
        return article

    @app.patch("/articles/{id}")
    def patch(
        id: int,
        sent: ArticlePatch,
        response: Response,
        if_match: Annotated[str | None, Header()] = None,
    ) -> Article:
        with database.begin() as connection:
            article = load(connection, id)
            if if_match not in (None, "*", etag(article)):
                raise HTTPException(412, f"article {id} is at {etag(article)} by now")
            for key in sent.model_fields_set:
                setattr(article, key, getattr(sent, key))
            save(connection, article)
        response.headers["ETag"] = etag(article)
        return article

    return app


def etag(article: Article) -> str:
    """Return what tells one state of an article from the others."""
    return f'"{article.version}"'
