"""Patches that make objects, and what related fields may hold in them."""

from dataclasses import InitVar, dataclass, field

import attrs
import pytest

import ormolu
from ormolu import ChangeSet, Ref, Workspace, errors, related

pytest.importorskip("jsonpatch")


@ormolu.tracked
@dataclass(eq=False)
class User:
    id: int
    name: str = "?"
    tags: set[str] = field(default_factory=set)
    pets: list["Pet"] = related(back_populates="owner")
    nick: str | None = "?"


@ormolu.tracked
@dataclass(eq=False)
class Pet:
    id: int
    name: str
    owner: User | None = related(back_populates="pets")


def users():
    work = Workspace(key="id")
    ann = User(1, "Ann")
    Pet(5, "Rex", ann)
    work.attach(ann)
    return work, ann


# -- objects that are new ---------------------------------------------------------------------

READERS = [
    lambda data, work: ChangeSet.from_merge_patch({"Pet": {"6": data}}, work),
    lambda data, work: ChangeSet.from_json_patch(
        [{"op": "add", "path": "/Pet/6", "value": data}], work
    ),
]


@pytest.mark.parametrize("read", READERS)
def test_a_new_object_gets_its_key_from_the_path_and_the_rest_from_its_class(read):
    work, ann = users()
    read({"name": "Flo"}, work).apply(work)
    flo = work.get(Pet, 6)
    assert (flo.id, flo.name, flo.owner) == (6, "Flo", None)
    ChangeSet.from_merge_patch({"User": {"2": {}}}, work).apply(work)
    two = work.get(User, 2)
    assert two.name == "?" and two.tags == set() and two.pets == []
    assert two.tags is not ann.tags
    assert all(hasattr(two, key) for key in User.__dataclass_fields__)


@pytest.mark.parametrize("read", READERS)
def test_a_new_object_needs_what_has_no_default(read):
    work, _ann = users()
    with pytest.raises(errors.PatchError, match=r"^Pet 6: a Pet needs a value of 'name'"):
        read({}, work)
    with pytest.raises(
        errors.PatchError, match=r"^the patch has Pet 7 at the path of Pet 6; leave"
    ):
        read({"id": 7, "name": "Flo"}, work)
    with pytest.raises(errors.PatchError, match="Pet has no tracked field 'nam'"):
        read({"nam": "Flo"}, work)


def test_what_is_null_in_a_new_object_is_none():
    work, _ann = users()
    work.add(User(2, "Bob", nick=None))
    found = work.changes()
    copy, _ann = users()
    again = ChangeSet.from_merge_patch(found.to_merge_patch(), copy)
    assert again == found
    assert again.new[0].new_values["nick"] is None
    with pytest.raises(errors.PatchError, match=r"^User 2, name: null cannot be a str"):
        ChangeSet.from_merge_patch({"User": {"2": {"name": None}}}, copy)


@ormolu.tracked
@dataclass(eq=False)
class Order:
    id: int
    price: int
    total: int = field(init=False)
    pet: "Pet | None" = related()

    def __post_init__(self):
        if self.price < 0:
            raise ValueError("a price of less than nothing")
        self.total = self.price * 2


@ormolu.tracked
@attrs.define(eq=False)
class Crate:
    id: int
    width: int
    area: int = attrs.field()
    label: str = attrs.field(init=False)

    @area.default
    def _area(self):
        return self.width**2

    def __attrs_post_init__(self):
        self.label = f"{self.width} wide"


def test_what_only_init_can_make_is_made_by_it():
    work = Workspace(key="id", classes=[Order, Crate])
    patch = {"Order": {"1": {"price": 3}}, "Crate": {"2": {"width": 4}}}
    ChangeSet.from_merge_patch(patch, work).apply(work)
    order, crate = work.get(Order, 1), work.get(Crate, 2)
    assert (order.price, order.total, order.pet) == (3, 6, None)
    assert (crate.area, crate.label) == (16, "4 wide")
    with pytest.raises(errors.PatchError, match=r"^Order 3: no Order .* less than nothing"):
        ChangeSet.from_merge_patch({"Order": {"3": {"price": -1}}}, work)
    ChangeSet.from_merge_patch({"Order": {"4": {"price": 1, "total": 9}}}, work).apply(work)
    assert work.get(Order, 4).total == 9


def test_what_init_can_make_only_of_more_than_fields_has_to_be_given():
    @ormolu.tracked
    @dataclass(eq=False)
    class Scaled:
        id: int
        scale: InitVar[int]
        area: int = field(init=False)

        def __post_init__(self, scale):
            self.area = self.id * scale

    work = Workspace(key="id", classes=[Scaled])
    with pytest.raises(errors.PatchError, match=r"'area', which .*Scaled is made in Workspace"):
        ChangeSet.from_merge_patch({"Scaled": {"1": {}}}, work)
    ChangeSet.from_merge_patch({"Scaled": {"1": {"area": 3}}}, work).apply(work)
    assert work.get(Scaled, 1).area == 3


def test_a_new_object_need_not_have_a_key_yet():
    work = Workspace(key="id", classes=[Order])
    patch = {"Order": {"#1": {"id": None, "price": 3}}}
    [order] = ChangeSet.from_merge_patch(patch, work).new
    assert order.new_values["id"] is None


def test_a_maker_knows_what_is_left_out():
    work = Workspace(
        key="id", classes=[Pet], make=lambda class_, values: class_(name="!", **values)
    )
    ChangeSet.from_merge_patch({"Pet": {"6": {}}}, work).apply(work)
    assert work.get(Pet, 6).name == "!"


def test_a_key_that_is_a_text_stays_one():
    @ormolu.tracked
    @dataclass(eq=False)
    class Page:
        path: str
        size: int = 0

    work = Workspace(key="path", classes=[Page])
    ChangeSet.from_merge_patch({"Page": {"12": {}, "a": {"size": 3}}}, work).apply(work)
    assert (work.get(Page, "12").size, work.get(Page, "a").size) == (0, 3)


# -- related objects --------------------------------------------------------------------------


@pytest.mark.parametrize("take", [{"pets": None}, [{"op": "remove", "path": "/pets"}]])
def test_related_objects_that_are_taken_away(take):
    work, ann = users()
    rex = ann.pets[0]
    read = ChangeSet.from_merge_patch if type(take) is dict else ChangeSet.from_json_patch
    read(take, work, ann).apply(work)
    assert ann.pets == [] and rex.owner is None


@pytest.mark.parametrize(
    "data, why",
    [
        ([{"name": "Flo"}], r'a Pet is tracked, .*\{"\$ref": \["Pet", 1\]\}, and not .*Flo'),
        ({"new": 3}, r"^User 1, pets: it is related\(\).*not \{'new': 3\}"),
        (3, r"^User 1, pets: it is related\(\).*not 3"),
        ([3], r"^User 1, pets: 0: a Pet is tracked, so it is .* and not written as 3"),
        ([{"$ref": ["Pet", 9]}], "Pet 9, which is not there"),
    ],
)
def test_related_fields_hold_names(data, why):
    work, ann = users()
    with pytest.raises((errors.PatchError, errors.ConflictError), match=why):
        ChangeSet.from_merge_patch({"pets": data}, work, ann).apply(work)
    assert not work.changes()


@pytest.mark.parametrize("kind", ["new", "changed"])
@pytest.mark.parametrize("field, data", [("pets", None), ("pets", [1]), ("owner", [1])])
def test_related_fields_of_change_sets_hold_names(kind, field, data):
    work, _ann = users()
    one = {
        "class": "Pet" if field == "owner" else "User",
        "key": {"new": 8, "changed": 5 if field == "owner" else 1}[kind],
        "kind": kind,
        "fields": {field: {"new": data}},
    }
    found = ChangeSet.from_json({"ormolu": "changes", "version": 1, "changes": [one]})
    with pytest.raises(errors.PatchError, match=rf"{field}: it is related\(\), so it holds"):
        found.apply(work, on_conflict="theirs")
    assert not work.changes()


# -- names that look like tags ----------------------------------------------------------------


def pages():
    work = Workspace(key="id")
    work.attach(*(Page(key) for key in ("$a", "b", "c")))
    return work


@ormolu.tracked
@dataclass(eq=False)
class Page:
    id: object
    size: int = 0


def test_names_are_no_tags_however_they_begin():
    work = pages()
    work.get(Page, "$a").size = 5
    found = work.changes()
    copy = pages()
    again = ChangeSet.from_merge_patch(found.to_merge_patch(), copy)
    assert again == found
    assert not ChangeSet.from_merge_patch({"$schema": {}}, copy)
    with pytest.raises(errors.PatchError, match="no tracked field '\\$ref'"):
        ChangeSet.from_merge_patch({"$ref": 1}, copy, copy.objects[0])


@pytest.mark.parametrize("text", ["[1]", "{}"])
def test_a_key_that_none_can_be(text):
    work = Workspace(key="id", classes=[Page])
    with pytest.raises(errors.PatchError, match=r"^Page .*cannot be a key"):
        ChangeSet.from_merge_patch({"Page": {text: {"size": 1}}}, work)
    # where all keys are texts, it is another of them
    found = ChangeSet.from_merge_patch({"Page": {text: {"size": 1}}}, pages())
    assert found.new[0].ref == Ref("Page", text)
