"""The commands of ``ormolu``, and which function does each."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from .. import __version__
from .refusal import REFUSALS, refuse

__all__ = ["main"]

_RUNNING = ("run", "inspect", "profile")
"""The commands that are followed by a program, and its arguments."""

_VALUED = ("--fetch-peers", "--html", "--json")
"""Options of theirs that are followed by a value."""

_READER_LEFT = 141  # as a shell has it for a program that SIGPIPE ended


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says.

    Args:
        argv: the arguments, without the program's name; those of the process
            by default.

    Returns:
        the exit status.
    """
    own, rest = _part(list(sys.argv[1:] if argv is None else argv))
    options = _parser().parse_args(own)
    options.arguments = rest
    status: int = options.command(options)
    return status


def _part(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Part ormolu's own arguments from those of the program that is to be run.

    argparse is not asked to: it takes ``--`` away wherever it stands.
    """
    if not arguments or arguments[0] not in _RUNNING:
        return arguments, []
    for at, argument in enumerate(arguments):
        if at and arguments[at - 1] in _VALUED:
            continue
        if argument in ("-m", "--"):
            return arguments[: at + 2], arguments[at + 2 :]
        if at and (argument.startswith("-m") or not argument.startswith("-")):
            return arguments[: at + 1], arguments[at + 1 :]
    return arguments, []


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ormolu", description="Class instrumentation, and SQLAlchemy's ORM running on it."
    )
    parser.add_argument("--version", action="version", version=f"ormolu {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands)
    _add_inspect(commands)
    _add_profile(commands)
    _add_doctor(commands)
    _add_demo(commands)
    return parser


def _reporting(
    command: Callable[[argparse.Namespace], int],
) -> Callable[[argparse.Namespace], int]:
    def reported(options: argparse.Namespace) -> int:
        try:
            return command(options)
        except REFUSALS as error:
            return refuse(error)
        except BrokenPipeError:
            # who was reading has seen enough; the interpreter is not to complain
            # of it when it flushes at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return _READER_LEFT

    return reported


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser(
        "run",
        help="run a program with SQLAlchemy's ORM on ormolu",
        usage="ormolu run [-h] [--fetch-peers MODE] (SCRIPT | -m MODULE) [ARGS ...]",
        description="Run a program as python runs it, with SQLAlchemy's ORM on ormolu.",
        epilog=_REST,
    )
    _add_fetching(run)
    _add_program(run)
    # not reported here: what the program raises is the program's own affair
    run.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    from .run import run_module, run_script  # noqa: PLC0415 - each command imports its own

    if options.module is not None:
        return run_module(options.module, options.arguments, options.fetch_peers)
    return run_script(options.script, options.arguments, options.fetch_peers)


def _add_fetching(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--fetch-peers",
        choices=("off", "on", "warn", "raise"),
        metavar="MODE",
        help="what one object misses is loaded for all that came in with it: on; warn names the "
        "lines that read one by one, raise refuses them; ORMOLU_FETCH_PEERS in the environment "
        "by default, or else off",
    )


def _add_program(command: argparse.ArgumentParser) -> None:
    program = command.add_mutually_exclusive_group(required=True)
    program.add_argument("-m", dest="module", metavar="MODULE", help="run a module, by name")
    program.add_argument("script", nargs="?", help="a script, a directory or a zip file")


_REST = "Whatever follows SCRIPT or MODULE is the program's own, --help too."


def _add_inspect(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    inspect = commands.add_parser(
        "inspect",
        help="run a program, then look at its objects at a prompt",
        usage="ormolu inspect [-h] (SCRIPT | -m MODULE) [ARGS ...]",
        description="Run a program with SQLAlchemy's ORM on ormolu, then read commands in its "
        "namespace. Objects that ormolu knows are shown with their state and history; nothing "
        "is loaded to show them.",
        epilog=_REST,
    )
    _add_program(inspect)
    inspect.set_defaults(command=_inspect)


def _inspect(options: argparse.Namespace) -> int:
    from .inspect import inspect_program  # noqa: PLC0415 - each command imports its own

    return inspect_program(options.module, options.script, options.arguments)


def _add_profile(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    profile = commands.add_parser(
        "profile",
        help="run a program, then say what it loads and never uses",
        usage="ormolu profile [-h] [--json FILE] [--html FILE] [--fetch-peers MODE] "
        "(SCRIPT | -m MODULE) [ARGS ...]",
        description="Run a program with SQLAlchemy's ORM on ormolu, and report, by line: lazy "
        "loads and N+1 queries, columns and relationships that are loaded and never read, "
        "values written that were there, reloads, and objects. The report goes to stderr.",
        epilog=_REST,
    )
    profile.add_argument("--json", metavar="FILE", help="write the report there as JSON")
    profile.add_argument("--html", metavar="FILE", help="write it there as a page")
    _add_fetching(profile)
    _add_program(profile)
    profile.set_defaults(command=_profile)


def _profile(options: argparse.Namespace) -> int:
    from .profile import profile_program  # noqa: PLC0415 - each command imports its own

    return profile_program(
        options.module,
        options.script,
        options.arguments,
        json=options.json,
        html=options.html,
        fetch_peers=options.fetch_peers,
    )


def _add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    doctor = commands.add_parser(
        "doctor",
        help="say what is installed, and whose code runs",
        description="Say what is installed, and whose code runs, piece by piece. "
        "The status is 1 if something is not supported.",
    )
    doctor.add_argument("--json", action="store_true", help="for programs to read")
    doctor.set_defaults(command=_reporting(_doctor))


def _doctor(options: argparse.Namespace) -> int:
    from .doctor import report  # noqa: PLC0415 - each command imports its own

    return report(as_json=options.json)


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = commands.add_parser(
        "demo",
        help="the flights of 2013, mapped, on ormolu",
        description="Load, change, write and read again the flights that left New York in "
        "2013, with SQLAlchemy's ORM on ormolu, then time the same work on both layers.",
    )
    demo.add_argument(
        "--url",
        help="a database to use, a new SQLite file by default; on a server, tables named "
        "ormolu_demo_* are made, and dropped at the end",
    )
    demo.add_argument(
        "--rows", type=_enough, metavar="N", help="how many flights; all of them by default"
    )
    demo.set_defaults(command=_reporting(_demo))


def _enough(text: str) -> int:
    # fewer do not have three flights that left, and planes to follow
    if not text.isdecimal() or int(text) < 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of flights from 100 on")
    return int(text)


def _demo(options: argparse.Namespace) -> int:
    from .demo import run_demo  # noqa: PLC0415 - each command imports its own

    return run_demo(options.url, options.rows)
