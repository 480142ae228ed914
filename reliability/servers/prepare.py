"""Makes the tables anew: ``python -m reliability.servers.prepare URL``."""

from __future__ import annotations

import sys

from sqlalchemy.orm import Session

from sqlalchemy import create_engine

from .model import ACCOUNTS, TAGS, Account, Base, Tag


def main(url: str) -> None:
    """Make the tables, with tags and accounts in them."""
    engine = create_engine(url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Tag(label=label) for label in TAGS)
        session.add_all(Account(id=number, balance=0) for number in range(ACCOUNTS))
        session.commit()


if __name__ == "__main__":
    main(sys.argv[1])
