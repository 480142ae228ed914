"""Every Python block of the documentation runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
# and how to see it
NEEDS = {"sqlalchemy": "sqlalchemy", "jsonpatch": "json_patch", "pydantic": "pydantic"}
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks_of(page):
    return _BLOCK.findall(page.read_text())


@pytest.mark.parametrize("page", [page for page in PAGES if blocks_of(page)], ids=lambda p: p.name)
def test_the_python_blocks_of_a_page_run_in_order(page):
    code = "\n".join(blocks_of(page))
    for package, use in NEEDS.items():
        if use in code:
            pytest.importorskip(package)
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_there_are_blocks_to_run():
    assert sum(len(blocks_of(page)) for page in PAGES) > 10
