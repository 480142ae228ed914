"""pytest plugin: measures SQLAlchemy's layer files from the first test on.

A worker of xdist writes a file of its own beside the one of ``FOREIGN_DATA``.
``sqlalchemy.orm`` is imported first, so that what runs at import does not count.
"""

import os
from pathlib import Path

import coverage

_measured: list[coverage.Coverage] = []


def pytest_collection_modifyitems(config) -> None:
    import sqlalchemy.orm

    package = Path(sqlalchemy.__file__).parent
    measuring = coverage.Coverage(
        data_file=os.environ["FOREIGN_DATA"],
        data_suffix=getattr(config, "workerinput", {}).get("workerid"),
        config_file=False,
        include=[f"{package}/orm/*", f"{package}/ext/instrumentation.py"],
    )
    measuring.start()
    _measured.append(measuring)


def pytest_sessionfinish() -> None:
    for measuring in _measured:
        measuring.stop()
        measuring.save()
