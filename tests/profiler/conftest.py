"""Programs that are profiled, each in a process of its own."""

import importlib.util
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

if not all(importlib.util.find_spec(name) for name in ("sqlalchemy", "rich")):
    collect_ignore_glob = ["*.py"]

ROOT = Path(__file__).parent.parent.parent

MODEL = """
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import *

class Base(DeclarativeBase): pass

class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    bio: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author")

class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship(back_populates="books")

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(Author.__table__.insert(), [
        {"name": f"author {n}", "bio": "born somewhere " * 9} for n in range(5)])
    connection.execute(Book.__table__.insert(), [
        {"title": f"title {n}", "author_id": n % 5 + 1} for n in range(15)])
"""


class Done:
    """What became of a program that was profiled."""

    def __init__(self, completed, report):
        self.status = completed.returncode
        self.said = completed.stdout
        self.errors = completed.stderr
        self.report = report

    def found(self, certain=True):
        """The findings: kind, and what it says."""
        return [
            (one["kind"], one["what"])
            for one in self.report["findings"]
            if one["certain"] is certain
        ]


@pytest.fixture
def profiled(tmp_path):
    """Run code after the model of authors and books, profiled; return what became of it."""

    def run(code, *options, model=MODEL, arguments=(), check=True):
        program = tmp_path / "program.py"
        program.write_text(model + textwrap.dedent(code))
        return run_profiled(tmp_path, *options, str(program), arguments=arguments, check=check)

    return run


def run_profiled(folder, *program, arguments=(), check=True, cwd=None):
    """Run ``ormolu profile`` with a report in JSON; return what became of it."""
    target = folder / "report.json"
    command = [sys.executable, "-m", "ormolu", "profile", f"--json={target}"]
    completed = subprocess.run(
        [*command, *program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd or folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=120,
    )
    if check:
        assert completed.returncode == 0, completed.stderr
    report = json.loads(target.read_text()) if target.exists() else None
    return Done(completed, report)
