"""Settings from a TOML file that tell the parts of a program when theirs have changed.

Each section is a frozen value, and is exchanged as a whole: whoever holds one holds what
belongs together.  A reload tells each part once, and of an invalid file nobody, for then
nothing has changed.  `python -m examples.settings FILE` prints what changes in a file.
"""

from __future__ import annotations

import sys
import time
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from ormolu import ChangeEvent, batch, checkpoint, commit, on_change, tracked

__all__ = ["InvalidSettingsError", "Log", "Server", "Settings", "load", "reload"]

Section = TypeVar("Section")


class InvalidSettingsError(ValueError):
    """A file of settings says what it cannot say; the message names the place."""


@dataclass(frozen=True)
class Server:
    """Where the server listens."""

    host: str = "127.0.0.1"
    port: int = 8000

    def __post_init__(self) -> None:
        if not 0 < self.port < 65536:
            raise ValueError(f"there is no port {self.port}")


@dataclass(frozen=True)
class Log:
    """What is written down, and where."""

    level: str = "info"
    file: str = "server.log"

    def __post_init__(self) -> None:
        if self.level not in ("debug", "info", "warning", "error"):
            raise ValueError(f"there is no level {self.level!r}")


@tracked
@dataclass
class Settings:
    """All sections; assign another one to change something while the program runs."""

    server: Server = field(default_factory=Server)
    log: Log = field(default_factory=Log)


def load(path: Path) -> Settings:
    """Return the settings of a file; `changes` of them is what differs from the file.

    Raises:
        InvalidSettingsError: it cannot be read as settings.
        OSError: it cannot be read at all.
    """
    settings = Settings()
    reload(settings, path)
    return settings


def reload(settings: Settings, path: Path) -> None:
    """Have settings be what a file says now; all of it, or nothing.

    Raises:
        InvalidSettingsError: it cannot be read as settings; they stay as they are.
        OSError: it cannot be read at all; they stay as they are.
        ListenerFailedError: whom it was told raised; all the settings are those of the file.
    """
    with batch():
        with checkpoint(settings):
            tables = _tables(path)
            for section, class_ in get_type_hints(Settings).items():
                setattr(settings, section, _section(class_, section, tables.pop(section, {})))
            if tables:
                raise InvalidSettingsError(f"{path}: there is no section {min(tables)!r}")
        commit(settings)


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # no TOML, or no text at all
        raise InvalidSettingsError(f"{path}: {error}") from error


def _section(class_: type[Section], name: str, table: Any) -> Section:
    """Make a section of what stands in the file; what does not stand there has its default."""
    if not isinstance(table, dict):
        raise InvalidSettingsError(f"{name} is not a section")
    types = get_type_hints(class_)
    for key, value in table.items():
        if key not in types:
            raise InvalidSettingsError(f"{name}.{key}: there is no such setting")
        if type(value) is not types[key]:
            raise InvalidSettingsError(f"{name}.{key}: {value!r} is no {types[key].__name__}")
    try:
        return class_(**table)
    except ValueError as error:
        raise InvalidSettingsError(f"{name}: {error}") from error


def main(path: Path) -> None:
    """Print what changes in a file of settings, until interrupted."""
    settings = load(path)

    def tell(event: ChangeEvent) -> None:
        print(event)

    for section in fields(Settings):
        on_change(settings, section.name, call=tell)
    read = path.stat().st_mtime_ns
    while True:
        time.sleep(1)
        if (written := path.stat().st_mtime_ns) != read:
            read = written
            try:
                reload(settings, path)
            except InvalidSettingsError as error:
                print(f"ignored: {error}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
