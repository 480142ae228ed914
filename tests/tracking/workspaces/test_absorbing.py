"""What a commit does itself is no step of a timeline, and is not undone with one."""

import pytest

from ormolu import Timeline, Workspace, errors, tracked


def one(work, key):
    return next(obj for obj in work.objects if obj.id == key)


@pytest.fixture
def timeline(graph):
    return Timeline(graph)


def give_keys(work):
    keys = iter(range(3, 99))

    @work.before_commit
    def give(changes):
        for change in changes.new:
            work.find(change.ref).id = next(keys)


def test_a_key_that_the_store_gives_out_is_not_undone(graph, node_class, timeline):
    ann, cy = one(graph, 1), node_class(id=None, name="Cy")
    give_keys(graph)
    with timeline.record("new"):
        ann.best = cy
    cy.name = "Cyd"
    timeline.mark("rename")
    graph.commit()
    assert [step.name for step in timeline.steps] == ["new", "rename"]
    assert timeline.undo_name == "rename"
    assert timeline.undo().name == "rename"
    assert (cy.id, cy.name) == (3, "Cy")
    assert timeline.undo().name == "new"
    assert (cy.id, graph.deleted) == (3, (cy,))
    timeline.redo()
    timeline.redo()
    assert (cy.id, cy.name) == (3, "Cyd")
    assert ann.best is cy


def test_a_key_that_was_made_by_hand_stays_with_a_stored_object(graph, node_class, timeline):
    cy = node_class(id=None, name="Cy")
    graph.add(cy)
    timeline.mark("new")
    cy.id = 3
    timeline.mark("key")
    with timeline.record("both"):
        cy.id, cy.name = 4, "Cyd"
    graph.commit()
    assert [step.name for step in timeline.steps] == ["new", "both"]
    timeline.undo()
    assert (cy.id, cy.name) == (4, "Cy")


def test_the_key_of_an_object_that_was_known_can_be_undone(graph, timeline):
    ann = one(graph, 1)
    ann.id = 7
    timeline.mark()
    graph.commit()
    timeline.undo()
    assert ann.id == 1


def test_redo_leads_to_what_the_commit_has_made_of_it(graph, timeline):
    ann = one(graph, 1)

    @graph.before_commit
    def clean(changes):
        ann.name = ann.name.strip()
        ann.tags.append("clean")

    ann.name = "Anna "
    timeline.mark("rename")
    graph.commit()
    timeline.undo()
    assert (ann.name, ann.tags) == ("Ann", ["x", "clean"])
    timeline.redo()
    assert (ann.name, ann.tags) == ("Anna", ["x", "clean"])
    assert not timeline.can_redo


def test_what_can_be_redone_begins_where_the_commit_ends(graph, timeline):
    ann = one(graph, 1)
    ann.name = "Anna"
    timeline.mark("rename")
    graph.commit()
    timeline.undo()
    graph.before_commit(lambda changes: setattr(ann, "name", "ANN"))
    graph.commit()
    assert timeline.redo_name == "rename"
    timeline.redo()
    assert ann.name == "Anna"
    timeline.undo()
    assert ann.name == "ANN"


def test_what_was_done_before_the_commit_is_still_to_be_marked(graph, timeline):
    ann = one(graph, 1)
    graph.before_commit(lambda changes: ann.tags.append("saved"))
    graph.after_commit(lambda changes: setattr(ann, "best", None))
    ann.name = "Anna"
    graph.commit()
    assert timeline.can_undo
    assert timeline.undo_name is None
    assert timeline.mark("rename").name == "rename"
    assert len(timeline.steps) == 1
    timeline.undo()
    assert (ann.name, ann.tags, ann.best) == ("Ann", ["x", "saved"], None)


def test_a_callback_can_mark_what_was_done_before(graph, timeline):
    ann = one(graph, 1)
    graph.before_commit(lambda changes: ann.tags.append("saved"))
    graph.after_commit(lambda changes: timeline.mark("save"))
    ann.name = "Anna"
    graph.commit()
    assert [step.name for step in timeline.steps] == ["save"]
    assert not timeline._is_pending()
    timeline.undo()
    assert (ann.name, ann.tags) == ("Ann", ["x", "saved"])


def test_a_block_that_raises_after_a_commit_does_not_take_back_what_that_did(graph, timeline):
    ann = one(graph, 1)
    graph.before_commit(lambda changes: ann.tags.append("saved"))
    with pytest.raises(RuntimeError), timeline.record("block"):
        ann.name = "Anna"
        graph.commit()
        raise RuntimeError
    assert (ann.name, ann.tags) == ("Ann", ["x", "saved"])
    assert not timeline.can_undo


def test_a_block_within_a_callback_is_taken_back_if_it_raises(graph, timeline):
    ann = one(graph, 1)

    @graph.before_commit
    def stamp(changes):
        with pytest.raises(RuntimeError), timeline.record("stamp"):
            ann.tags.append("saved")
            raise RuntimeError

    ann.name = "Anna"
    graph.commit()
    assert ann.tags == ["x"]


def test_what_a_commit_did_that_failed_is_no_step(graph, node_class, timeline):
    cy, ann = node_class(id=None, name="Cy"), one(graph, 1)
    graph.add(cy)

    @graph.before_commit
    def write(changes):
        cy.id = 3
        graph.settle(cy)
        raise OSError("full")

    ann.name = "Anna"
    timeline.mark("rename")
    with pytest.raises(OSError, match="full"):
        graph.commit()
    assert [step.name for step in timeline.steps] == ["rename"]
    timeline.undo()
    assert (cy.id, ann.name, graph.deleted) == (3, "Ann", (cy,))
    with pytest.raises(errors.TimelineError):
        timeline.undo()


def test_a_field_that_a_commit_has_set_stays_so():
    pydantic = pytest.importorskip("pydantic")

    @tracked
    class Page(pydantic.BaseModel):
        title: str
        id: int | None = None

    page = Page(title="One")
    work = Workspace(key="id")
    work.add(page)
    timeline = Timeline(work)
    page.title = "Two"
    timeline.mark()
    work.before_commit(lambda changes: setattr(page, "id", 1))
    work.commit()
    timeline.undo()
    assert page.model_dump(exclude_unset=True) == {"title": "One", "id": 1}
