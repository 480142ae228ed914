"""``ormolu doctor`` says what is so."""

import json
import os
import subprocess
import sys

import pytest

import ormolu.sqlalchemy
from ormolu.cli.main import main
from ormolu.cli.pieces import owner_of

sqlalchemy = pytest.importorskip("sqlalchemy")


def doctor(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "ormolu", "doctor", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_json_has_versions_cores_and_owners():
    result = doctor("--json")
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert list(found) == [
        *("schema", "ok", "ormolu", "python", "core", "sqlalchemy", "pieces", "reasons")
    ]
    assert (found["schema"], found["ok"]) == (1, True)
    assert found["ormolu"] == ormolu.__version__
    assert found["sqlalchemy"]["supported"] is True
    assert set(found["core"]["modules"].values()) <= {"native", "pure"}
    pieces = found["pieces"]
    assert "InstanceState" in pieces["sqlalchemy.orm.state"]["ormolu"]
    assert "QueryableAttribute" in pieces["sqlalchemy.orm.attributes"]["sqlalchemy"]
    assert "InstrumentedAttribute.__get__" in pieces["sqlalchemy.orm.attributes"]["ormolu"]
    assert "InstrumentedAttribute" in pieces["sqlalchemy.orm.attributes"]["sqlalchemy"]
    assert "InstrumentedDict" in pieces["sqlalchemy.orm.collections"]["ormolu"]
    assert set(pieces) == set(ormolu.sqlalchemy.MIRRORED)
    assert all(not set(owners["ormolu"]) & set(owners["sqlalchemy"]) for owners in pieces.values())


def test_all_that_stays_sqlalchemys_is_on_the_list_with_its_reason():
    reasons = json.loads(doctor("--json").stdout)["reasons"]
    for module, names in reasons.items():
        assert [name for name, reason in names.items() if not reason] == [], module
    # the expression side, protocols, and what is about mappings: nothing of the layer
    assert set(reasons) == set(ormolu.sqlalchemy.MIRRORED)
    assert reasons["sqlalchemy.orm.identity"] == {}
    assert reasons["sqlalchemy.ext.instrumentation"] == {}


def test_nothing_on_the_list_is_ormolus():
    pieces = json.loads(doctor("--json").stdout)["pieces"]
    for remaining in ormolu.sqlalchemy.REMAINING:
        assert not remaining.names & set(pieces[remaining.module]["ormolu"])


def test_the_file_of_the_code_says_whose_a_function_is():
    def made_in(filename):
        names = {"__name__": "elsewhere"}
        exec(compile("def function(): pass", filename, "exec"), names)
        return names["function"]

    assert owner_of(main) == "ormolu"
    assert owner_of(sqlalchemy.create_engine) == "sqlalchemy"
    # a folder of that name further up does not make it ormolu's
    assert owner_of(made_in("/home/ormolu/ormolu/lib/other.py")) is None
    assert owner_of(print) is None


def test_it_can_be_read_by_a_person():
    shown = doctor().stdout
    assert "SQLAlchemy  2.1.9, supported" in shown
    assert "sqlalchemy.orm.identity" in shown
    assert "(the expression side of an attribute" in " ".join(shown.split())


def test_an_unsupported_version_is_said_and_is_the_status(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.metadata as m\nm.version = lambda name: '3.0'\n"
    )
    result = doctor(PYTHONPATH=str(tmp_path))
    assert result.returncode == 1
    assert "SQLAlchemy  3.0, NOT supported" in result.stdout
    assert "2.1.9" in result.stdout


def test_the_pure_core_is_called_pure():
    assert "pure core" in doctor(ORMOLU_NATIVE="off").stdout


def test_a_reader_that_has_seen_enough_is_no_error():
    command = [sys.executable, "-m", "ormolu", "doctor"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 141
