"""The shop in examples/, with what is planted in it: all of that is found, and nothing else."""

import json
import subprocess
import sys

import pytest
from examples.shop.planted import PLANTED, Fault

from .conftest import ROOT


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report on a run of the shop."""
    target = tmp_path_factory.mktemp("shop") / "report.json"
    command = [sys.executable, "-m", "ormolu", "profile", f"--json={target}"]
    done = subprocess.run(
        [*command, "-m", "examples.shop"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return json.loads(target.read_text())


def what_of(finding):
    if finding["kind"] == "unused_columns":
        return f"{finding['class_']}: {', '.join(sorted(finding['columns']))}"
    if finding["kind"] == "reloads":
        return f"{finding['class_']} after {finding['cause']}"
    return finding["attribute"]


def test_what_is_planted_is_found_and_nothing_else_is_certain(report):
    found = [
        Fault(one["kind"], one["site"]["function"], what_of(one))
        for one in report["findings"]
        if one["certain"]
    ]
    assert sorted(found) == sorted(PLANTED)


def test_the_shop_has_ten_mapped_classes():
    # the tests of how ormolu is put beneath SQLAlchemy are in this process
    code = "from examples.shop.model import Base; print(len(list(Base.registry.mappers)))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(done.stdout) >= 10


def advice_for(report, attribute):
    return [one["advice"] for one in report["findings"] if one.get("attribute") == attribute]


@pytest.mark.parametrize(
    ("attribute", "option"),
    [
        ("Order.lines", "selectinload(Order.lines)"),
        ("Line.product", "selectinload(Order.lines).joinedload(Line.product)"),
        ("Customer.country", "joinedload(Customer.country)"),
        ("Category.parent", "selectinload(Category.parent, recursion_depth=-1)"),
        ("Review.text", "undefer(Review.text)"),
    ],
)
def test_the_option_is_named_that_removes_it(report, attribute, option):
    (advice,) = advice_for(report, attribute)
    assert f".options({option})" in advice


def test_how_often_is_counted(report):
    counts = {one.get("attribute"): one["count"] for one in report["findings"]}
    assert counts["Order.lines"] == 40
    assert counts["Line.product"] == 30
    assert counts["Customer.country"] == 4
    assert counts["Review.text"] == 25
    assert counts["Order.status"] == 20
