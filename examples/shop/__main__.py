"""``python -m examples.shop``: do everything once, each job in a session of its own."""

from __future__ import annotations

from sqlalchemy.orm import Session

from sqlalchemy import create_engine

from .data import fill
from .jobs import FAULTY, SOUND


def main() -> None:
    """Fill the database, and do all jobs."""
    engine = create_engine("sqlite://")
    fill(engine)
    for job in (*FAULTY, *SOUND):
        with Session(engine) as session:
            job(session)


if __name__ == "__main__":
    main()
