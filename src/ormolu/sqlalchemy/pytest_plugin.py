"""``pytest -p ormolu.sqlalchemy.pytest_plugin``: run a test suite on ormolu."""

from .seam import install, installed

__all__: list[str] = []

if not installed():
    install()


def pytest_report_header() -> str:
    """Say in the header of the run whose layer it is."""
    return "SQLAlchemy's ORM runs on ormolu's layer"
