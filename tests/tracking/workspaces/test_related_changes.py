"""Related fields in change sets and patches: both sides are as if somebody had assigned them."""

from dataclasses import dataclass

import pytest

import ormolu
from ormolu import ChangeSet, Timeline, Workspace, errors, on_change, related

pytest.importorskip("jsonpatch")

FORMS = [
    (ChangeSet.to_json, lambda data, _work: ChangeSet.from_json(data)),
    (ChangeSet.to_merge_patch, ChangeSet.from_merge_patch),
    (ChangeSet.to_json_patch, ChangeSet.from_json_patch),
]


@ormolu.tracked
@dataclass(eq=False)
class Mayor:
    id: int
    towns: dict[str, "Town"] = related(back_populates="mayor", key="name")
    streets: list["Town"] = related(back_populates="guest")
    home: "Town | None" = related(back_populates="owner")


@ormolu.tracked
@dataclass(eq=False)
class Town:
    id: int
    name: str = "?"
    mayor: Mayor | None = related(back_populates="towns")
    guest: Mayor | None = related(back_populates="streets")
    owner: Mayor | None = related(back_populates="home")


def towns():
    work = Workspace(key="id")
    mayor, town = Mayor(1), Town(2, "b")
    town.mayor = town.guest = town.owner = mayor
    work.attach(mayor, town)
    return work, mayor, town


def test_new_objects_are_told_to_the_other_side():
    work, mayor, town = towns()
    ref = {"$ref": ["Mayor", 1]}
    patch = {"Town": {"7": {"name": "c", "mayor": ref, "guest": ref, "owner": ref}}}
    ChangeSet.from_merge_patch(patch, work).apply(work)
    new = work.get(Town, 7)
    assert mayor.towns == {"b": town, "c": new} and mayor.streets == [town, new]
    assert mayor.home is new and town.owner is None
    found = work.changes()
    assert [str(one.ref) for one in found.values()] == ["Mayor 1", "Town 2", "Town 7"]
    for again in (found, ChangeSet.from_json(found.to_json())):
        copy, _mayor, _town = towns()
        again.apply(copy)
        assert copy.changes() == found
    work.rollback()
    town_ref = {"$ref": ["Town", 2]}
    patch = {"Mayor": {"5": {"towns": {"b": town_ref}, "streets": [town_ref], "home": town_ref}}}
    ChangeSet.from_merge_patch(patch, work).apply(work)
    other = work.get(Mayor, 5)
    assert town.mayor is town.guest is town.owner is other
    assert (mayor.towns, mayor.streets, mayor.home) == ({}, [], None)


def test_a_dictionary_with_a_member_that_was_renamed_earlier():
    def renamed():
        work, mayor, town = towns()
        other = Town(3, "u")
        work.attach(other)
        town.name = "x"
        work.commit()
        return work, mayor, town, other

    work, mayor, town, other = renamed()
    assert mayor.towns == {"b": town}
    mayor.towns[other.name] = other
    found = work.changes()
    for write, read in FORMS:
        copy, there, first, second = renamed()
        read(write(found), copy).apply(copy)
        assert there.towns == {"b": first, "u": second}
        assert copy.changes() == found
    mayor.towns = {"u": other, "b": town}
    assert list(mayor.towns) == ["u", "b"]
    with pytest.raises(errors.CollectionError, match=r"'x'.*under 'y'"):
        mayor.towns = {"u": other, "y": town}


def test_new_objects_hold_each_other_whichever_comes_first():
    work = Workspace(key="id")
    mayor = Mayor(1)
    town = Town(2, "b", mayor)
    for objects in ((mayor, town), (town, mayor)):
        work.add(*objects)
        found = work.changes()
        for write, read in FORMS:
            copy = Workspace(key="id", classes=[Mayor, Town])
            read(write(found), copy).apply(copy)
            assert copy.get(Mayor, 1).towns == {"b": copy.get(Town, 2)}
            assert copy.changes() == found
        work.discard(*objects)


def test_two_that_are_not_to_be_deleted_after_all():
    work, mayor, town = towns()
    for first, second in ((mayor, town), (town, mayor)):
        work.delete(first)
        work.delete(second)
        work.changes().inverted().apply(work)
        assert not work.changes() and mayor.towns == {"b": town}
        assert town.guest is mayor and mayor.home is town


def test_a_change_set_says_under_which_keys_objects_are():
    def two():
        work, mayor, town = towns()
        other = Mayor(5)
        work.attach(other)
        return work, mayor, other, town

    work, _mayor, other, town = two()
    town.mayor = other
    town.name = "y"
    found = work.changes()
    for again in (found, ChangeSet.from_json(found.to_json())):
        copy, one, two_, member = two()
        again.apply(copy)
        assert (one.towns, two_.towns, member.name) == ({}, {"b": member}, "y")
        assert copy.changes() == found
        again.inverted().apply(copy)
        assert not copy.changes() and one.towns == {"b": member}
    work.commit()
    other.towns.clear()
    work.changes().inverted().apply(work)
    assert other.towns == {"b": town} and town.mayor is other and not work.changes()


def test_a_patch_has_objects_under_their_own_keys():
    work, mayor, town = towns()
    other = Town(3, "u")
    work.attach(other)
    ref = {"$ref": ["Town", 3]}
    for key, more in (("v", {}), ("u", {"Town": {"3": {"name": "v"}}})):
        with pytest.raises(errors.PatchError, match=rf"^Mayor 1, towns: Town 3 .* under '{key}'"):
            ChangeSet.from_merge_patch({"Mayor": {"1": {"towns": {key: ref}}}} | more, work)
    patch = {"Mayor": {"1": {"towns": {"v": ref}}}, "Town": {"3": {"name": "v"}}}
    ChangeSet.from_merge_patch(patch, work).apply(work)
    assert mayor.towns == {"b": town, "v": other}


@ormolu.tracked
@dataclass(eq=False)
class Guest:
    id: int
    one: "Host | None" = related(back_populates="many")
    keyed: "Host | None" = related(back_populates="keyed")
    first: "Host | None" = related(back_populates="first")
    some: set["Host"] = related(back_populates="some")


@ormolu.tracked
@dataclass(eq=False)
class Host:
    id: int
    many: list[Guest] = related(back_populates="one")
    keyed: dict[int, Guest] = related(back_populates="keyed", key="id")
    first: Guest | None = related(back_populates="first")
    some: set[Guest] = related(back_populates="some")


def party():
    work = Workspace(key="id")
    hosts, guest = [Host(1), Host(2), Host(3)], Guest(10)
    guest.one = guest.keyed = guest.first = hosts[0]
    work.attach(*hosts, guest)
    return work, hosts, guest


@pytest.mark.parametrize("key", ["one", "keyed", "first"])
@pytest.mark.parametrize("theirs", [None, 1])
@pytest.mark.parametrize("ours", [None, 2])
@pytest.mark.parametrize("is_new", [False, True])
def test_the_side_that_is_taken_is_that_of_both_sides(key, theirs, ours, is_new):
    far = "many" if key == "one" else key
    work, hosts, guest = party()
    if is_new and theirs is not None:
        hosts[theirs] = Host(9)
    setattr(guest, key, None if theirs is None else hosts[theirs])
    found = work.changes()
    for choice in ("ours", "theirs", lambda conflict: "ours"):
        copy, there, member = party()
        mine = None if ours is None else there[ours]
        setattr(member, key, mine)
        before = copy.changes()
        decided = found.apply(copy, on_conflict=choice)
        assert len(decided) >= (ours is not theirs)
        holder = getattr(member, key)
        if choice == "theirs":
            assert (holder and holder.id) == (None if theirs is None else 9 if is_new else 2)
        else:
            assert holder is mine
            assert is_new or copy.changes() == before
        for host in copy.objects:
            if isinstance(host, Host):
                held = getattr(host, far)
                members = (
                    list(held.values() if isinstance(held, dict) else held or ())
                    if (far != "first")
                    else [held]
                )
                assert (member in members) is (host is holder)


def test_a_name_of_another_class_is_refused():
    work, hosts, guest = party()
    for obj, patch in (
        (guest, {"one": {"$ref": ["Guest", 10]}}),
        (guest, {"some": [{"$ref": ["Guest", 10]}]}),
        (hosts[0], {"first": {"$ref": ["Host", 2]}}),
        (hosts[0], {"keyed": {"2": {"$ref": ["Host", 2]}}}),
    ):
        with pytest.raises(
            errors.PatchError, match=r"is tracked, so it is referred to by its key"
        ):
            ChangeSet.from_merge_patch(patch, work, obj)
    assert not work.changes()


def test_a_key_that_another_has_is_refused():
    work, hosts, _guest = party()
    patch = ChangeSet.from_merge_patch({"Host": {"1": {"id": 2}}}, work)
    with pytest.raises(
        errors.IdentityConflictError, match="two objects of the workspace are Host 2"
    ):
        patch.apply(work)
    assert hosts[0].id == 1 and not work.changes()
    ChangeSet.from_merge_patch({"Host": {"1": {"id": 2}, "2": {"id": 1}}}, work).apply(work)
    assert [host.id for host in hosts] == [2, 1, 3]


def test_listeners_hear_once_of_what_is_applied_and_all_of_it_stays():
    work, mayor, _town = towns()
    told = []
    on_change(mayor, "streets", call=lambda event: told.append(len(event.new)))
    ref = {"$ref": ["Mayor", 1]}
    patch = {"Town": {str(id): {"name": str(id), "guest": ref} for id in (7, 8, 9)}}
    ChangeSet.from_merge_patch(patch, work).apply(work)
    assert told == [4]
    on_change(mayor, call=[].__getitem__)
    with pytest.raises(errors.ListenerFailedError):
        ChangeSet.from_merge_patch({"Town": {"7": None}}, work).apply(work)
    assert len(mayor.streets) == 3 and told == [4, 3]


def test_a_listener_that_raises_keeps_nobody_from_being_told():
    _work, mayor, town = towns()
    told = []
    on_change(town, call=[].__getitem__)
    for obj in (mayor, town):
        on_change(obj, call=lambda event: told.append((type(event.obj), event.key)))
    with pytest.raises(errors.ListenerFailedError):
        town.guest = None
    assert sorted(told, key=str) == [(Mayor, "streets"), (Town, "guest")]


def test_what_is_not_to_be_deleted_after_all_is_the_same_object():
    work, mayor, town = towns()
    work.delete(town)
    work.changes().inverted().apply(work)
    assert not work.changes()
    assert mayor.towns == {"b": town} and town.owner is mayor and work.get(Town, 2) is town


def test_nobody_is_committed_who_holds_what_is_deleted():
    work, mayor, town = towns()
    work.delete(mayor)
    town.mayor = mayor
    for commit in (work.commit, lambda: work.settle(town)):
        with pytest.raises(errors.WorkspaceError, match=r"^Town 2.mayor holds Mayor 1, which is"):
            commit()
        assert work.deleted == (mayor,) and town in work.dirty
    town.mayor = None
    work.commit()
    assert mayor not in work


def test_undo_and_redo_of_a_deletion_that_somebody_takes_no_note_of():
    work, mayor, town = towns()
    timeline = Timeline(work)
    work.delete(mayor)
    town.mayor = mayor
    timeline.mark()
    timeline.undo()
    assert town.mayor is mayor and town.guest is mayor and not work.deleted
    timeline.redo()
    assert town.mayor is mayor and town.guest is None and work.deleted == (mayor,)
    assert mayor.towns == {"b": town}


def test_nobody_hears_of_what_was_not_made_after_all():
    @ormolu.tracked
    @dataclass(eq=False)
    class Box:
        id: int
        size: int = 0
        things: list["Thing"] = related(back_populates="box")

        def __setattr__(self, key, value):
            if key == "size" and value > 9:
                raise ValueError("too large")
            super().__setattr__(key, value)

    @ormolu.tracked
    @dataclass(eq=False)
    class Thing:
        id: int
        box: Box | None = related(back_populates="things")

    box = Box(1)
    thing = Thing(2, box)
    work = Workspace(key="id")
    work.attach(box, thing)
    told = []
    for class_ in (Box, Thing):
        on_change(class_, call=told.append)
    patch = {"Box": {"1": {"size": 50}, "3": {"things": [{"$ref": ["Thing", 2]}]}}}
    with pytest.raises(ValueError, match="too large"):
        ChangeSet.from_merge_patch(patch, work).apply(work)
    assert told == [] and not work.changes() and box.things == [thing]
