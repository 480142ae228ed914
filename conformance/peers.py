"""The tests of packages that are built on SQLAlchemy, on stock and on ormolu, in one table.

usage: peers.py [--package NAME] [--layer NAME] [--version V] [--fresh] [--report]

Each package has an environment of its own, with the newest SQLAlchemy that ormolu
supports.  The status is 1 if a test that passes on stock does not on ormolu.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from environment import UPSTREAM, environment, interpreter, unpacked
from matrix import LAYERS, VERSIONS
from packages import CANNOT_RUN, PACKAGES, Package, servers
from results import Result, kept, stock_is_kept
from rich.console import Console
from running import CannotRunError, new_result, run_pytest
from table import show

RESULTS = UPSTREAM / "results/packages"


def run_package(package: Package, version: str, layer: str) -> Result:
    """Run the tests of one package and return what came out.

    Args:
        package: which one.
        version: of SQLAlchemy.
        layer: ``"stock"`` or ``"ormolu"``.

    Raises:
        CannotRunError: the tests ended before their end.
    """
    # installed together, for what the package wants must not bring another SQLAlchemy
    packages = (f"sqlalchemy=={version}", package.requirement, *package.needs)
    python = interpreter(f"{package.name}-{package.version}-{version}", *packages)
    sources = unpacked(package.name, package.version, python)
    result = new_result(f"{package.name} {package.version}", version, "sqlite", layer)
    arguments = [
        *("-q", "-W", "ignore"),
        *(("-n", str(package.workers)) if package.workers else ()),
        *(("-k", package.selected) if package.selected else ()),
        *package.tests,
    ]
    before = time.monotonic()
    variables = environment(version, **servers(), PATH=_path(python, package))
    run_pytest(python, sources, arguments, variables, result, watch=layer == "ormolu")
    result.seconds = round(time.monotonic() - before, 1)
    return result


def _path(python: Path, package: Package) -> str:
    """Return where programs are looked for: those of the environment first."""
    folders = [str(python.parent)]
    if package.programs and (npm := shutil.which("npm")):
        place = UPSTREAM / "programs"
        # npm does nothing if they are there
        command = [npm, "install", "--silent", "--prefix", str(place), *package.programs]
        subprocess.run(command, check=True)
        folders.append(str(place / "node_modules/.bin"))
    return os.pathsep.join([*folders, os.environ["PATH"]])


def run_all(options: argparse.Namespace, console: Console) -> list[str]:
    """Run what the options choose, keep what came out, and return what could not be run."""
    broken = []
    for package in PACKAGES:
        if options.package and package.name not in options.package:
            continue
        for layer in options.layer or LAYERS:
            what = f"{package.name} on SQLAlchemy {options.version}, {layer}"
            if layer == "stock" and not options.fresh and _is_kept(package, options.version):
                console.print(f"{what}: kept from an earlier run")
                continue
            console.print(f"{what} …")
            try:
                run_package(package, options.version, layer).save(RESULTS)
            except CannotRunError as error:
                broken.append(f"{what}: could not run, {error}")
    return broken


def _is_kept(package: Package, version: str) -> bool:
    wanted = new_result(f"{package.name} {package.version}", version, "sqlite", "stock").subject
    return stock_is_kept(RESULTS, wanted)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--package", action="append", choices=[one.name for one in PACKAGES])
    parser.add_argument("--layer", action="append", choices=LAYERS)
    parser.add_argument("--version", default=VERSIONS[0], help="of SQLAlchemy")
    parser.add_argument("--fresh", action="store_true", help="run stock again, too")
    parser.add_argument("--report", action="store_true", help="only show what is kept")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments choose, show the table, and return the exit status."""
    options = _options(arguments)
    console = Console() if sys.stdout.isatty() else Console(width=120)
    broken = [] if options.report else run_all(options, Console(stderr=True))
    # of an earlier version of a package nothing is to be said
    current = {f"{package.name} {package.version}" for package in PACKAGES}
    status = show([one for one in kept(RESULTS) if one.suite in current], console)
    for name, why in CANNOT_RUN.items():
        console.print(f"{name}: not run, {why}", markup=False, highlight=False, soft_wrap=True)
    for line in broken:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 1 if broken else status


if __name__ == "__main__":
    sys.exit(main())
