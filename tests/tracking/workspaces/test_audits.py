"""Audit sinks: who, when, why and what, of every commit."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from ormolu import ChangeSet, Codec, errors
from ormolu.audit import AuditLog
from ormolu.tracking.auditing import write_all

WHEN = datetime(2024, 2, 29, 13, tzinfo=timezone(timedelta(hours=1)))


def one(work, key):
    """The node of a key."""
    return next(obj for obj in work if obj.id == key)


def test_a_log_has_a_line_for_each_commit(graph, tmp_path):
    log = AuditLog(tmp_path / "audit.jsonl", "ann", clock=lambda: WHEN, sync=True)
    graph.after_commit(log)
    one(graph, 1).name = "Anna"
    first = graph.commit(why="typo")
    one(graph, 2).name = "Rob"
    second = graph.commit(who="bob")
    graph.commit()
    entries = list(log)
    assert [(entry["who"], entry["why"], entry["when"]) for entry in entries] == [
        ("ann", "typo", "2024-02-29T12:00:00+00:00"),
        ("bob", None, "2024-02-29T12:00:00+00:00"),
    ]
    assert [ChangeSet.from_json(entry["changes"]) for entry in entries] == [first, second]
    assert len(log.path.read_text().splitlines()) == 2


def test_who_it_is_can_be_asked_for(graph, tmp_path):
    log = AuditLog(tmp_path / "audit.jsonl", lambda: "cy")
    graph.after_commit(log)
    one(graph, 1).name = "Anna"
    graph.commit()
    (entry,) = log
    assert entry["who"] == "cy"
    assert datetime.fromisoformat(entry["when"]).utcoffset() == timedelta(0)


def test_what_json_has_no_form_for_is_written_for_people(graph, tmp_path):
    log = AuditLog(tmp_path / "audit.jsonl")
    graph.after_commit(log)
    one(graph, 1).best = [range(3)]
    graph.commit()
    (entry,) = log
    new = entry["changes"]["changes"][0]["fields"]["best"]["new"]
    assert new == [{"$text": ["range", "range(0, 3)"]}]


def test_a_codec_that_refuses_has_nothing_written(graph, tmp_path):
    log = AuditLog(tmp_path / "audit.jsonl", codec=Codec())
    graph.before_commit(log)
    one(graph, 1).best = [range(3)]
    with pytest.raises(errors.PatchError, match="Node 1, best: a range"):
        graph.commit()
    assert not log.path.exists()
    assert graph.dirty


def test_a_line_that_was_cut_off_spoils_no_other(graph, tmp_path):
    log = AuditLog(tmp_path / "audit.jsonl")
    log.path.write_text('{"who": "a"}\n{"wh')
    graph.after_commit(log)
    one(graph, 1).name = "Anna"
    graph.commit()
    lines = log.path.read_text().splitlines()
    assert len(lines) == 3
    assert json.loads(lines[2])["changes"]["changes"]
    with pytest.raises(errors.PatchError, match=r"line 2 of .*cut off"):
        list(log)
    log.path.write_text("[]\n\n")
    with pytest.raises(errors.PatchError, match=r"line 1 of .* is no entry"):
        list(log)


def test_who_and_why_need_be_no_texts(graph, tmp_path):
    log = AuditLog(tmp_path / "audit.jsonl", lambda: UUID(int=1))
    graph.after_commit(log)
    one(graph, 1).name = "Anna"
    done = graph.commit(why=date(2024, 1, 1))
    one(graph, 1).name = "Anne"
    graph.commit(who=(1, "ann"), why=range(3))
    first, second = log
    decode = Codec().decode
    assert decode(first["who"]) == UUID(int=1)
    assert decode(first["why"]) == done.about["why"] == date(2024, 1, 1)
    assert ChangeSet.from_json(first["changes"]).about == done.about
    assert decode(second["who"]) == (1, "ann")
    assert second["why"] == {"$text": ["range", "range(0, 3)"]}


@pytest.mark.parametrize(
    "argument, value, why",
    [
        ("codec", 3, "codec has to be a Codec, not 3"),
        ("codec", Codec, "codec has to be a Codec"),
        ("codec", "", "codec has to be a Codec"),
        ("who", 3, "who has to be a text, or a function that returns one, not 3"),
        ("clock", 3, "clock has to be a function that returns the time, not 3"),
        ("clock", None, "clock has to be a function"),
        ("path", 3, "path has to be the path of a file, not 3"),
    ],
)
def test_what_a_record_cannot_be_made_with(argument, value, why, tmp_path):
    from ormolu.ext.audit import AuditTable

    path = {} if argument == "path" else {"path": tmp_path / "audit.jsonl"}
    with pytest.raises(errors.ArgumentError, match=why) as told:
        AuditLog(**path, **{argument: value})
    assert told.value.key == argument
    if path:
        with pytest.raises(errors.ArgumentError, match=why):
            AuditTable(None, None, **{argument: value})


def test_a_clock_that_tells_no_time(graph, tmp_path):
    log = AuditLog(tmp_path / "audit.jsonl", clock=lambda: "noon")
    graph.before_commit(log)
    one(graph, 1).name = "Anna"
    with pytest.raises(errors.ArgumentError, match=r"returns a datetime, not 'noon'"):
        graph.commit()
    assert graph.dirty
    assert not log.path.exists()


def test_what_is_no_entry_can_be_passed_over(graph, tmp_path):
    log = AuditLog(tmp_path / "audit.jsonl")
    log.path.write_text('{"who": "a"}\n[1]\n' + "[" * 100_000 + '\n\n{"wh')
    graph.after_commit(log)
    one(graph, 1).name = "Anna"
    done = graph.commit()
    found = []
    first, last = log.entries(on_error=found.append)
    assert first == {"who": "a"}
    assert ChangeSet.from_json(last["changes"]) == done
    assert all(type(error) is errors.PatchError for error in found)
    assert [str(error).split()[1] for error in found] == ["2", "3", "5"]
    for raises in (log, log.entries()):
        entries = iter(raises)
        assert next(entries) == first
        with pytest.raises(errors.PatchError, match=r"^line 2 of .* is no entry, but \[1\]$"):
            next(entries)
    with pytest.raises(errors.ArgumentError, match="on_error has to be a function"):
        log.entries(on_error="skip")


def test_an_error_of_whoever_is_told_of_errors(tmp_path):
    log = AuditLog(tmp_path / "audit.jsonl")
    log.path.write_text("[1]\n{}\n")
    with pytest.raises(ZeroDivisionError):
        list(log.entries(lambda error: 1 / 0))


def test_a_line_that_is_nested_too_deeply(tmp_path):
    log = AuditLog(tmp_path / "audit.jsonl")
    log.path.write_text("[" * 100_000 + "\n")
    with pytest.raises(errors.PatchError, match=r"^line 1 of .* is no entry: this is no JSON"):
        list(log)


# -- a table ----------------------------------------------------------------------------------


@pytest.fixture
def store():
    """An engine, a table of nodes and one of audits."""
    sa = pytest.importorskip("sqlalchemy")
    pytest.importorskip("sqlite3")  # Python can be built without
    from ormolu.ext.audit import audit_table

    metadata = sa.MetaData()
    nodes = sa.Table("node", metadata, sa.Column("id", sa.Integer), sa.Column("name", sa.Text))
    audit = audit_table(metadata)
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    metadata.create_all(engine)
    yield sa, engine, nodes, audit
    engine.dispose()


def test_a_table_has_a_row_for_each_object(graph, node_class, store):
    from ormolu.ext.audit import AuditTable

    sa, engine, _nodes, audit = store
    one(graph, 1).name = "Anna"
    graph.delete(one(graph, 2))
    graph.add(node_class(id=None, name="Cy"))
    with engine.begin() as connection:
        graph.before_commit(AuditTable(connection, audit, "ann", clock=lambda: WHEN))
        graph.commit(why="typo")
    with engine.connect() as connection:
        rows = connection.execute(sa.select(audit)).all()
    assert [(row.kind, row.class_name, row.key, row.who, row.why) for row in rows] == [
        ("changed", "Node", "1", "ann", "typo"),
        ("deleted", "Node", "2", "ann", "typo"),
        ("new", "Node", "#3", "ann", "typo"),
    ]
    assert rows[0].fields == {"name": {"old": "Ann", "new": "Anna"}}
    assert rows[0].at.replace(tzinfo=UTC) == WHEN
    assert len({row.commit_id for row in rows}) == 1


def test_a_table_is_in_the_transaction_of_the_rest(graph, store):
    from ormolu.ext.audit import AuditTable

    sa, engine, nodes, audit = store
    connection = engine.connect()
    log = AuditTable(connection, audit)

    @graph.before_commit
    def save(found):
        for change in found.changed:
            connection.execute(nodes.insert().values(id=change.ref.key, **change.new_values))
        log(found)

    @graph.before_commit
    def refuse(found):
        if found.about.get("who") == "bob":
            raise PermissionError("not bob")

    one(graph, 1).name = "Anna"
    with pytest.raises(PermissionError):
        graph.commit(who="bob")
    connection.rollback()
    assert graph.dirty
    graph.commit(who="ann")
    connection.commit()
    assert connection.execute(sa.select(audit.c.who)).all() == [("ann",)]
    assert connection.execute(sa.select(nodes)).all() == [(1, "Anna")]
    connection.close()


def test_who_and_why_are_texts_in_a_table(graph, store):
    from ormolu.ext.audit import AuditTable

    sa, engine, _nodes, audit = store
    with engine.begin() as connection:
        graph.before_commit(AuditTable(connection, audit, lambda: 7))
        one(graph, 1).name = "Anna"
        graph.commit(why=date(2024, 1, 1))
        one(graph, 1).name = "Anne"
        graph.commit(who={"id": 7}, why="typo")
        one(graph, 1).name = "Ann"
        graph.commit(who=None)
        rows = connection.execute(sa.select(audit.c.who, audit.c.why).order_by(audit.c.id)).all()
    assert rows == [("7", '{"$date": "2024-01-01"}'), ('{"id": 7}', "typo"), (None, None)]


def test_a_table_has_the_keys_that_objects_got_while_they_were_stored(graph, node_class, store):
    from ormolu.ext.audit import AuditTable

    sa, engine, nodes, audit = store
    with engine.begin() as connection:

        @graph.before_commit
        def save(found):
            for change in found.new:
                connection.execute(nodes.insert().values(name=change.new_values["name"]))
                graph.find(change.ref).id = 77

        graph.before_commit(AuditTable(connection, audit))
        cy = node_class(id=None, name="Cy")
        graph.add(cy)
        one(graph, 1).best = cy
        graph.commit()
        rows = connection.execute(sa.select(audit).order_by(audit.c.id)).all()
    assert [(row.kind, row.key) for row in rows] == [("changed", "1"), ("new", "77")]
    assert rows[0].fields["best"]["new"] == {"$ref": ["Node", 77]}
    assert rows[1].fields["id"] == {"new": 77}


def test_without_the_package_an_error_names_the_extra(monkeypatch):
    import sys

    from ormolu.ext.audit import audit_table

    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(errors.MissingExtraError, match=r"install ormolu\[sqlalchemy\]"):
        audit_table(None)


class Full:
    """A file that takes so many bytes, and then no more."""

    def __init__(self, file, room):
        self._file, self._room = file, room

    def write(self, data):
        part = data[: self._room]
        if not part:
            raise OSError(28, "No space left on device")
        self._room -= len(part)
        return self._file.write(part)

    def __getattr__(self, name):
        return getattr(self._file, name)


@pytest.mark.parametrize("room", [0, 1, 5])
def test_a_line_is_there_whole_or_not_at_all(tmp_path, room):
    path = tmp_path / "log"
    path.write_bytes(b"before\n")
    with open(path, "ab+", buffering=0) as file, pytest.raises(OSError, match="No space"):
        write_all(Full(file, room), b"a line that is longer\n")
    assert path.read_bytes() == b"before\n"


def test_what_others_have_written_behind_a_part_of_a_line_stays(tmp_path):
    path = tmp_path / "log"

    class Shared(Full):
        def write(self, data):
            if not self._room:
                with open(path, "ab") as other:
                    other.write(b"\nof another\n")
            return super().write(data)

    with open(path, "ab+", buffering=0) as file, pytest.raises(OSError, match="No space"):
        write_all(Shared(file, 3), b"a line\n")
    assert path.read_bytes() == b"a l\nof another\n"


def test_a_line_in_parts_is_one_line(tmp_path):
    class Slow(Full):
        def write(self, data):
            return self._file.write(data[:2])

    path = tmp_path / "log"
    with open(path, "ab+", buffering=0) as file:
        write_all(Slow(file, 0), b"a line\n")
    assert path.read_bytes() == b"a line\n"
