"""Fields that a descriptor of the class keeps in its own way."""

import pytest

from ormolu import changes, commit, errors, rollback, tracked


class Kept:
    """Keeps what ``make`` makes of a value."""

    def __init__(self, make):
        self.make = make

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        try:
            return instance._kept
        except AttributeError:
            raise AttributeError("size") from None

    def __set__(self, instance, value):
        instance._kept = self.make(value)

    def __delete__(self, instance):
        del instance._kept


def doc_class(make, slots):
    members = {"size": Kept(make)}
    if slots:
        members["__slots__"] = ("__weakref__", "_kept", "name")
    return tracked("size", "name")(type("Doc", (), members))


@pytest.mark.parametrize("slots", [False, True])
def test_what_the_descriptor_takes_as_it_is(slots):
    doc = doc_class(str.strip, slots)()
    doc.size = " a "
    rollback(doc)
    assert not hasattr(doc, "size")
    doc.size = "b"
    assert changes(doc)["size"].new == "b"


@pytest.mark.parametrize("slots", [False, True])
def test_a_rollback_that_would_make_another_value_is_refused(slots):
    Doc = doc_class(lambda value: value * 2, slots)
    doc = Doc()
    doc.size, doc.name = 1, "a"
    commit(doc)
    doc.name, doc.size = "b", 5
    assert changes(doc) == {"size": (2, 10), "name": ("a", "b")}
    with pytest.raises(errors.UnrestorableFieldError, match=r"^Doc.size was 2, .* makes 4, so"):
        rollback(doc)
    assert (doc.size, doc.name) == (10, "b")
    assert changes(doc) == {"size": (2, 10), "name": ("a", "b")}
    rollback(doc, "name")
    assert doc.name == "a"
