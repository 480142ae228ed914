"""Notes of a REST service: what is sent, and what if it fails in the middle."""

import pytest

pytest.importorskip("httpx")

import httpx
from examples.rest_sync import Note, Notes, main
from service import Service, running

import ormolu


@pytest.fixture
def service():
    service = Service()
    service.notes = {
        1: {"id": 1, "title": "Gild", "labels": ["craft"], "meta": {"by": {"ann": 1, "bob": 2}}},
        2: {"id": 2, "title": "Burnish"},
    }
    return service


@pytest.fixture
def url(service):
    with running(service) as url:
        yield url


@pytest.fixture
def notes(url):
    with httpx.Client(base_url=url, trust_env=False) as client:
        yield Notes(client)


@pytest.fixture
def loaded(notes, service):
    loaded = notes.load()
    service.requests.clear()
    return loaded


def test_what_was_loaded_has_not_changed_and_nothing_is_sent(notes, loaded, service):
    assert [note.title for note in loaded] == ["Gild", "Burnish"]
    assert not notes.work.commit()
    assert service.requests == []


def test_who_loads_again_has_the_same_objects(notes, loaded):
    loaded[0].title = "Mine"
    assert notes.load() == loaded
    assert loaded[0].title == "Mine"


def test_what_has_changed_is_sent_and_no_more(notes, loaded, service):
    gild, burnish = loaded
    gild.labels.append("gold")
    del gild.meta["by"]["bob"]
    burnish.done = True
    notes.work.commit()
    assert service.requests == [
        (
            "PATCH",
            "/notes/1",
            {"labels": ["craft", "gold"], "meta": {"by": {"bob": None}}},
        ),
        ("PATCH", "/notes/2", {"done": True}),
    ]
    assert service.notes[1]["meta"] == {"by": {"ann": 1}}
    assert not notes.work.dirty


def test_what_is_new_is_made_and_gets_its_id(notes, loaded, service):
    note = notes.add(Note("Polish", labels=["last"]))
    notes.work.commit()
    assert service.requests == [
        ("POST", "/notes", {"title": "Polish", "done": False, "labels": ["last"], "meta": {}})
    ]
    assert note.id == 10 and notes.work.get(Note, 10) is note
    note.done = True
    notes.work.commit()
    assert service.requests[1:] == [("PATCH", "/notes/10", {"done": True})]


def test_what_is_deleted_is_deleted(notes, loaded, service):
    notes.delete(loaded[1])
    notes.work.commit()
    assert list(service.notes) == [1]
    assert loaded[1] not in notes.work


def test_if_the_request_fails_nothing_is_committed_and_the_next_commit_sends_it(
    notes, loaded, service
):
    service.fails = [503]
    loaded[0].title = "Gilded"
    with pytest.raises(httpx.HTTPStatusError, match="503"):
        notes.work.commit()
    assert notes.work.dirty == (loaded[0],)
    assert service.notes[1]["title"] == "Gild"
    notes.work.commit()
    assert service.notes[1]["title"] == "Gilded"
    assert not notes.work.dirty


def test_if_the_request_fails_it_can_be_rolled_back(notes, loaded, service):
    service.fails = [503]
    loaded[0].title = "Gilded"
    with pytest.raises(httpx.HTTPStatusError):
        notes.work.commit()
    notes.work.rollback()
    assert loaded[0].title == service.notes[1]["title"] == "Gild"


def fail_at_the_last_of_four(notes, loaded, service):
    """Make, change and delete a note each, and have another change fail."""
    made = notes.add(Note("Polish"))
    more = notes.add(Note("Sell"))
    notes.work.commit()
    new = notes.add(Note("Frame"))
    made.title = "Polished"
    loaded[0].meta["seen"] = True
    notes.delete(loaded[1])
    notes.delete(more)
    service.requests.clear()
    service.fails = [None, None, None, None, 500]
    with pytest.raises(httpx.HTTPStatusError, match="500"):
        notes.work.commit()
    methods = [method for method, *_ in service.requests]
    assert methods == ["POST", "PATCH", "PATCH", "DELETE", "DELETE"]
    service.requests.clear()
    return new, made, more


def test_what_the_service_has_taken_before_the_failure_is_not_sent_again(notes, loaded, service):
    new, _, more = fail_at_the_last_of_four(notes, loaded, service)
    assert new.id == 12 and notes.work.get(Note, 12) is new
    assert notes.work.deleted == (more,)
    notes.work.commit()
    assert service.requests == [("DELETE", "/notes/11", None)]
    assert sorted(service.notes) == [1, 10, 12]


def test_what_is_changed_back_after_a_failure_is_sent(notes, loaded, service):
    new, made, _ = fail_at_the_last_of_four(notes, loaded, service)
    made.title = "Polish"
    del loaded[0].meta["seen"]
    notes.delete(new)
    notes.work.commit()
    assert service.notes[10]["title"] == "Polish"
    assert "seen" not in service.notes[1]["meta"]
    assert sorted(service.notes) == [1, 10]


def test_a_rollback_after_a_failure_goes_back_to_what_the_service_has(notes, loaded, service):
    _, made, _ = fail_at_the_last_of_four(notes, loaded, service)
    notes.work.rollback()
    assert made.title == service.notes[10]["title"] == "Polished"
    assert sorted(note.id for note in notes.work) == sorted(service.notes)


@pytest.mark.parametrize("kind", ["new", "changed", "deleted"])
def test_if_an_answer_is_lost_the_same_can_be_sent_again(notes, loaded, service, kind):
    if kind == "new":
        notes.add(Note("Polish"))
    elif kind == "changed":
        loaded[1].title = "Polish"
    else:
        notes.delete(loaded[1])
    service.fails = ["lost"]
    with pytest.raises(httpx.TransportError):
        notes.work.commit()
    taken = dict(service.notes)
    notes.work.commit()
    assert service.notes == taken
    assert len(service.requests) == 2


def test_what_changed_since_it_was_made_and_the_answer_lost_is_refused(notes, loaded, service):
    note = notes.add(Note("Polish"))
    service.fails = ["lost"]
    with pytest.raises(httpx.TransportError):
        notes.work.commit()
    note.title = "Polish well"
    with pytest.raises(httpx.HTTPStatusError, match="422"):
        notes.work.commit()
    assert notes.work.new == (note,)
    notes.delete(note)
    assert notes.load()[2].title == "Polish"


def test_the_program_makes_a_note_and_ticks_it_off(url, service, capsys, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    main(url, "Sell")
    assert service.notes[10]["done"] is False
    main(url, "Sell")
    assert service.notes[10]["done"] is True
    assert "done: False -> True" in capsys.readouterr().out


def test_a_note_has_not_changed_by_being_committed(notes, loaded):
    loaded[0].title = "Gilded"
    notes.work.commit()
    assert not ormolu.changes(loaded[0])
    assert ormolu.previous_changes(loaded[0])["title"].new == "Gilded"
