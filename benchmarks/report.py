"""Run all benchmarks, and write docs/benchmarks.md and its plots.

usage: report.py [--only PART] [--rounds N] [--objects N] [--sizes N ...]

With ``--only`` one part is measured again, and the figures of the others are those of
the last time, which are kept beside the plots.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pyperf
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import tracked
from compare import LAYERS, ROWS, measure
from growth import SIZES
from ormolu import _backend

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
PLOTS = DOCS / "plots"
FIGURES = PLOTS / "figures.json"
PARTS = ("layers", "growth", "tracked", "alone")

_Growth = dict[str, dict[str, tuple[float, float]]]


def machine() -> str:
    """Return what the figures were measured on."""
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        cpu = named[0] if named else cpu
    return (
        f"{_backend.backend()} core, "
        f"{platform.python_implementation()} {platform.python_version()} "
        f"({platform.python_compiler()}), {os.cpu_count()} cores of {cpu}, "
        f"{platform.system()} {platform.machine()}"
    )


def run_json(*command: str) -> dict[str, Any]:
    """Run a script beside this one, and return the JSON object that it prints."""
    done = subprocess.run(
        [sys.executable, str(HERE / command[0]), *command[1:]],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure_alone() -> dict[str, tuple[float, float]]:
    """Return, by name, nanoseconds of a read and of a write of one attribute."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "alone.json")
        command = [sys.executable, str(HERE / "alone.py"), "--quiet", "-o", str(out)]
        passed = ["--inherit-environ", "ORMOLU_NATIVE,PYTHONPATH"]
        subprocess.run([*command, *passed], check=True, stdout=subprocess.DEVNULL)
        suite = pyperf.BenchmarkSuite.load(str(out))
    found = {bench.get_name(): min(bench.get_values()) * 1e9 for bench in suite}
    names = [name.removeprefix("read: ") for name in found if name.startswith("read: ")]
    return {name: (found[f"read: {name}"], found[f"write: {name}"]) for name in names}


LAYER_MODULES = ("attributes", "collections", "events", "instrumentation", "state")


def measure_import(*names: str) -> float:
    """Return how many milliseconds it takes to import modules, at its best."""
    code = (
        f"import time; t = time.perf_counter(); import {', '.join(names)}; "
        "print(time.perf_counter() - t)"
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", code]
    took = [
        subprocess.run(command, capture_output=True, check=True, env=environment).stdout
        for _ in range(15)
    ]
    return min(map(float, took)) * 1e3


def plot_ratios(best: dict[str, dict[str, float]]) -> None:
    """Draw how many times less ormolu needs, row by row."""
    rows = [row for row in ROWS if row not in ("rows", "import", "mapping")]
    ratios = [best["stock"][row] / best["ormolu"][row] for row in rows]
    figure, axes = plt.subplots(figsize=(8, 5))
    bars = axes.barh([ROWS[row][0] for row in rows], ratios, color="#b8860b")
    axes.bar_label(bars, fmt="%.1f", padding=3)
    axes.axvline(1, color="grey", linewidth=1)
    axes.invert_yaxis()
    axes.set_xlabel("stock / ormolu; to the right of 1 ormolu needs less")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(PLOTS / "ratios.svg", metadata={"Date": None})
    plt.close(figure)


def plot_growth(growth: _Growth) -> None:
    """Draw what one object costs to load, by how many there are."""
    figure, axes = plt.subplots(figsize=(8, 4.5))
    for layer, colour in zip(LAYERS, ("#777777", "#b8860b"), strict=True):
        sizes = [int(size) for size in growth[layer]]
        axes.plot(sizes, [v[0] for v in growth[layer].values()], "o-", color=colour, label=layer)
        collector = [v[1] for v in growth[layer].values()]
        axes.plot(sizes, collector, "o:", color=colour, label=f"{layer}: the collector in it")
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("objects in the session")
    axes.set_ylabel("nanoseconds to load one")
    axes.legend()
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(PLOTS / "growth.svg", metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Measure, draw and write as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="measure this part, and keep the others")
    parser.add_argument("--rounds", type=int, default=3, help="processes of each kind")
    parser.add_argument("--objects", type=int, default=100_000, help="objects to load")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="for the growth")
    options = parser.parse_args()
    figures: dict[str, Any] = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    wanted = [options.only] if options.only else PARTS
    if "layers" in wanted:
        figures["layers"] = measure(options.rounds, options.objects)
        figures["objects"] = options.objects
        figures["share"] = run_json("share.py")
    if "growth" in wanted:
        sizes = [str(size) for size in options.sizes]
        figures["growth"] = {layer: run_json("growth.py", layer, *sizes) for layer in LAYERS}
    if "tracked" in wanted:
        figures["tracked"] = run_json("tracked.py", "--json", "--rounds", str(options.rounds))
    if "alone" in wanted:
        figures["alone"] = measure_alone()
        figures["import"] = {
            "ormolu": measure_import("ormolu"),
            "layer": measure_import(*(f"ormolu.{name}" for name in LAYER_MODULES)),
        }
    figures.setdefault("on", {}).update(dict.fromkeys(wanted, machine()))
    PLOTS.mkdir(exist_ok=True)
    plt.rcParams["svg.hashsalt"] = "ormolu"  # the same figures make the same file
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
    plot_ratios(figures["layers"])
    plot_growth(figures["growth"])
    environment = Environment(
        loader=FileSystemLoader(HERE), undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("report.md.jinja").render(
        best=figures["layers"],
        rows=ROWS,
        growth=figures["growth"],
        alone=figures["alone"],
        imports=figures["import"],
        share=figures["share"],
        on=figures["on"],
        tracked=figures["tracked"],
        tracked_rows=tracked.ROWS,
        tracked_best=tracked.best_of(figures["tracked"]),
        keeping=tracked.KEEPING,
        objects=figures["objects"],
        sqlalchemy=version("sqlalchemy"),
    )
    (DOCS / "benchmarks.md").write_text(page)


if __name__ == "__main__":
    main()
