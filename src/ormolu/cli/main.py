"""The commands of ``ormolu``, and which function does each."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .. import __version__, errors

__all__ = ["main"]

USAGE_ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says.

    Args:
        argv: the arguments, without the program's name; those of the process
            by default.

    Returns:
        the exit status.
    """
    options = _parser().parse_args(argv)
    try:
        status: int = options.command(options)
    except (errors.InstallError, errors.ScriptError, errors.BackendError) as error:
        print(f"ormolu: {error}", file=sys.stderr)
        return USAGE_ERROR
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ormolu", description="Class instrumentation, and SQLAlchemy's ORM running on it."
    )
    parser.add_argument("--version", action="version", version=f"ormolu {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands)
    _add_doctor(commands)
    _add_demo(commands)
    return parser


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser(
        "run",
        help="run a program with SQLAlchemy's ORM on ormolu",
        usage="ormolu run [-h] (SCRIPT | -m MODULE) [ARGS ...]",
        description="Run a program as python runs it, with SQLAlchemy's ORM on ormolu.",
    )
    run.add_argument("-m", dest="is_module", action="store_true", help="run a module, by name")
    # everything from here on is the program's, --help too
    run.add_argument("program", help="a script, a directory or a zip file, or a module with -m")
    run.add_argument("arguments", nargs=argparse.REMAINDER, help="arguments of the program")
    run.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    from .run import run_module, run_script  # noqa: PLC0415 - each command imports its own

    program = run_module if options.is_module else run_script
    return program(options.program, options.arguments)


def _add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    doctor = commands.add_parser("doctor", help="say what is installed, and whose code runs")
    doctor.add_argument("--json", action="store_true", help="for programs to read")
    doctor.set_defaults(command=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    from .doctor import report  # noqa: PLC0415 - each command imports its own

    return report(as_json=options.json)


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = commands.add_parser("demo", help="the flights of 2013, mapped, on ormolu")
    demo.add_argument("--url", help="a database to use; a new SQLite file by default")
    demo.add_argument("--rows", type=int, help="how many flights; all of them by default")
    demo.set_defaults(command=_demo)


def _demo(options: argparse.Namespace) -> int:
    from .demo import run_demo  # noqa: PLC0415 - each command imports its own

    return run_demo(options.url, options.rows)
