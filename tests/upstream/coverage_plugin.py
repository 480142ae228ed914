"""pytest plugin: measures SQLAlchemy's layer files from the first test on.

``sqlalchemy.orm`` is imported first, so that what runs at import does not count.
"""

import os
from pathlib import Path

import coverage

_measured: list[coverage.Coverage] = []


def pytest_collection_modifyitems() -> None:
    import sqlalchemy.orm

    package = Path(sqlalchemy.__file__).parent
    measuring = coverage.Coverage(
        data_file=os.environ["FOREIGN_DATA"],
        config_file=False,
        include=[f"{package}/orm/*", f"{package}/ext/instrumentation.py"],
    )
    measuring.start()
    _measured.append(measuring)


def pytest_sessionfinish() -> None:
    for measuring in _measured:
        measuring.stop()
        measuring.save()
