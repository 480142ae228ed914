"""Whether a wheel has the whole native core, for the interpreter and the ABI it says.

usage: check_wheel.py WHEEL
"""

from __future__ import annotations

import ast
import re
import sys
import zipfile
from pathlib import Path

SOURCES = Path(__file__).parent.parent / "src" / "ormolu" / "_kernel"
KERNEL = "ormolu/_kernel/"
PAGE = "ormolu/profiler/templates/page"
DATA = ("ormolu/py.typed", *(f"{PAGE}.{ending}" for ending in ("css", "html", "js")))


def wanted() -> set[str]:
    """Return the modules that have to be compiled."""
    text = (SOURCES.parents[2] / "setup.py").read_text()
    said = re.search(r"^HEADERS = (\(.*\))$", text, re.MULTILINE)
    if said is None:
        raise SystemExit("setup.py does not say which modules are headers")
    headers: set[str] = set(ast.literal_eval(said[1]))
    names = {path.stem for kind in ("*.py", "*.pyx") for path in SOURCES.glob(kind)}
    return names - {"__init__"} - headers


def problems(wheel: Path) -> list[str]:
    """Return what is wrong with a wheel."""
    tag = wheel.stem.split("-")[-2]  # the ABI, such as cp313 or cp314t
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    compiled = [n for n in names if n.startswith(KERNEL) and n.endswith((".so", ".pyd"))]
    found = {name.removeprefix(KERNEL).split(".")[0]: name for name in compiled}
    said = tag.removeprefix("cp")
    wrong = [f"{name} is not compiled" for name in sorted(wanted() - set(found))]
    wrong += [f"{name} is not of {tag}" for name in compiled if f"{said}-" not in name]
    wrong += [f"{name} should not be there" for name in names if name.endswith(".c")]
    wrong += [f"{name} is missing" for name in DATA if name not in names]
    return wrong


def main() -> None:
    """Check the wheel that the command line names."""
    wheel = Path(sys.argv[1])
    wrong = problems(wheel)
    if wrong:
        raise SystemExit("\n".join([f"{wheel.name}:", *wrong]))
    print(f"{wheel.name} has all {len(wanted())} compiled modules")


if __name__ == "__main__":
    main()
