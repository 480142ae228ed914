"""What the idioms have in common."""

import re

from sqlalchemy import create_engine


def database(metadata):
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    return engine


def plain(value):
    """Return a repr without addresses, and without the reprs' home."""
    return re.sub(r"0x[0-9a-f]+", "0x", repr(value))


def refused(call, *arguments):
    """Return the classes and the words of the error that a call raises."""
    try:
        call(*arguments)
    except Exception as error:
        names = [f"{one.__module__}.{one.__name__}" for one in type(error).__mro__]
        return [names, re.sub(r"0x[0-9a-f]+", "0x", str(error))]
    return "no error"
