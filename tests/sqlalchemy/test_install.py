"""install() either puts ormolu beneath SQLAlchemy, or says why not and changes nothing."""

import json
import subprocess
import sys

import pytest

from ormolu import errors
from ormolu.sqlalchemy import versions
from ormolu.sqlalchemy.series import series_of

pytest.importorskip("sqlalchemy")

_REPORT = """
import json, sys
import ormolu.sqlalchemy as door, ormolu.errors as errors
answer = {"installed": door.installed()}
try:
    door.install()
except errors.OrmoluError as error:
    answer["error"] = type(error).__name__
    answer["message"] = str(error)
answer["after"] = door.installed()
from sqlalchemy.orm import InstanceState
answer["layer"] = InstanceState.__mro__[1].__module__
print(json.dumps(answer))
"""


def report(before=""):
    result = subprocess.run(
        [sys.executable, "-c", before + _REPORT], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_installed_before_the_orm_is_imported():
    answer = report()
    assert "error" not in answer
    assert answer["layer"] == "ormolu.core.state"


def test_nothing_of_sqlalchemy_is_imported_by_install():
    code = (
        "import sys, ormolu.sqlalchemy; ormolu.sqlalchemy.install(); "
        "print([name for name in sys.modules if name.startswith('sqlalchemy')])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"


def test_after_the_orm_is_imported_it_is_refused():
    answer = report("import sqlalchemy.orm\n")
    assert answer["error"] == "AlreadyImportedError"
    assert "sqlalchemy.orm.base has been imported before" in answer["message"]
    assert "ormolu run" in answer["message"]
    assert not answer["after"]
    assert not answer["layer"].startswith("ormolu")


def test_twice_is_refused_and_the_first_stays():
    answer = report("import ormolu.sqlalchemy; ormolu.sqlalchemy.install()\n")
    assert answer["error"] == "AlreadyInstalledError"
    assert "call install() once" in answer["message"]
    assert answer["layer"] == "ormolu.core.state"


@pytest.mark.parametrize(
    ("version", "named"), [("2.2.0", "SQLAlchemy 2.2.0"), (None, "no SQLAlchemy")]
)
def test_an_unknown_version_is_refused_with_the_known_ones_named(version, named):
    answer = report(f"import ormolu.sqlalchemy.seam as s; s.found_version = lambda: {version!r}\n")
    assert answer["error"] == "UnsupportedVersionError"
    assert named in answer["message"]
    assert "2.1.9" in answer["message"]
    assert not answer["after"]
    assert not answer["layer"].startswith("ormolu")


@pytest.mark.parametrize("version", versions.SUPPORTED)
def test_a_supported_version_is_taken(version):
    versions.check_version(version)


@pytest.mark.parametrize("version", ["2.2.0", "2.1.0", "2.0.1", "3.0.0b1"])
def test_an_untested_version_is_taken_where_the_user_says_so(version, monkeypatch):
    monkeypatch.delenv(versions.UNTESTED, raising=False)
    with pytest.raises(errors.UnsupportedVersionError, match=r"install\(untested=True\)"):
        versions.check_version(version)
    versions.check_version(version, untested=True)
    monkeypatch.setenv(versions.UNTESTED, "1")
    versions.check_version(version)


@pytest.mark.parametrize("version", ["1.4.54", "1.3.0", None])
def test_an_older_one_is_refused_whatever_the_user_says(version):
    with pytest.raises(errors.UnsupportedVersionError) as refusal:
        versions.check_version(version, untested=True)
    assert "untested=True" not in str(refusal.value)


@pytest.mark.parametrize(
    ("version", "series"),
    [("2.0.58", "2.0"), ("2.1.9", "2.1"), ("2.1.0b2", "2.1"), ("2.7.1", "2.1"), ("3.0", "2.1")],
)
def test_a_version_is_of_the_newest_series_that_is_not_newer(version, series):
    assert series_of(version).name == series


def test_the_newest_series_has_its_own_names():
    assert series_of("2.1.9").name_of("_AttributeImpl") == "_AttributeImpl"
    assert series_of("2.0.58").name_of("_AttributeImpl") == "AttributeImpl"
    assert series_of("2.0.58").name_of("_never_set") == "_never_set"
