"""Settings: each part is told once, and nobody of an invalid file."""

import pytest
from examples.settings import InvalidSettingsError, Log, Server, Settings, load, reload

from ormolu import changes, errors, on_change, rollback


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('[server]\nport = 8080\n[log]\nlevel = "warning"\n')
    return path


@pytest.fixture
def settings(path):
    return load(path)


@pytest.fixture
def told(settings):
    """What the listeners of each section were told."""
    told = {"server": [], "log": []}
    for section, heard in told.items():
        on_change(settings, section, call=heard.append)
    return told


def test_what_the_file_does_not_say_has_its_default(settings):
    assert settings == Settings(Server("127.0.0.1", 8080), Log("warning", "server.log"))
    assert not changes(settings)


def test_a_part_is_told_once_of_all_that_has_changed_in_its_section(settings, told, path):
    path.write_text('[server]\nport = 9000\nhost = "::"\n[log]\nlevel = "warning"\n')
    reload(settings, path)
    (event,) = told["server"]
    assert (event.old, event.new) == (Server(port=8080), Server("::", 9000))
    assert str(event) == "server.host: '127.0.0.1' -> '::'\nserver.port: 8080 -> 9000"
    assert told["log"] == []


def test_parts_are_told_when_all_sections_are_there(settings, path):
    seen = []
    on_change(settings, "server", call=lambda event: seen.append(event.obj.log.level))
    path.write_text('[server]\nport = 9000\n[log]\nlevel = "debug"\n')
    reload(settings, path)
    assert seen == ["debug"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[server]\nport = 9000\n[log]\nlevel = "loud"\n', r"^log: there is no level 'loud'"),
        ("[server]\nport = 9000\n[log]\nlevel = 3\n", r"^log.level: 3 is no str"),
        ("[server]\nport = 9000\n[log]\ncolour = true\n", r"^log.colour: there is no such"),
        ("[server]\nport = true\n", r"^server.port: True is no int"),
        ("[server]\nport = 9000\n[cache]\nsize = 1\n", r"there is no section 'cache'"),
        ("server = 9000\n", r"^server is not a section"),
        ("[server\n", r"settings.toml: "),
    ],
)
def test_of_an_invalid_file_nothing_is_taken_and_nobody_is_told(settings, told, path, text, place):
    before = Settings(settings.server, settings.log)
    path.write_text(text)
    with pytest.raises(InvalidSettingsError, match=place):
        reload(settings, path)
    assert settings == before
    assert not changes(settings)
    assert told == {"server": [], "log": []}


def test_a_file_that_is_gone_changes_nothing(settings, told, path):
    path.unlink()
    with pytest.raises(FileNotFoundError):
        reload(settings, path)
    assert settings.server == Server(port=8080)
    assert told == {"server": [], "log": []}


def test_what_is_changed_while_the_program_runs_can_be_taken_back(settings, told):
    settings.log = Log("debug")
    assert str(changes(settings)) == "log.level: 'warning' -> 'debug'"
    rollback(settings)
    assert settings.log == Log("warning")
    assert [event.kind for event in told["log"]] == ["set", "rolled back"]


def test_what_was_changed_while_the_program_ran_survives_an_invalid_file(settings, path):
    settings.log = Log("debug")
    path.write_text("[server]\nport = 0\n")
    with pytest.raises(InvalidSettingsError, match="there is no port 0"):
        reload(settings, path)
    assert settings.log == Log("debug")
    assert list(changes(settings)) == ["log"]


def test_a_part_that_fails_does_not_keep_the_others_from_being_told(settings, told, path):
    @on_change(settings, "server")
    def refuse(event):
        raise RuntimeError("cannot listen there")

    path.write_text('[server]\nport = 9000\n[log]\nlevel = "debug"\n')
    with pytest.raises(errors.ListenerFailedError):
        reload(settings, path)
    assert len(told["server"]) == len(told["log"]) == 1
    assert not changes(settings) and settings.log == Log("debug")
