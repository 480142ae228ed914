"""Subclasses of built-ins whose methods are a user's: none of them is called."""

from array import array
from collections import Counter, OrderedDict, defaultdict, deque

import pytest
from tests.tracking.values.conftest import never, snapshot_of

from ormolu.tracking.values.differences import differences
from ormolu.tracking.values.snapshots import take


class Boom(Exception):
    """Raised by whatever is called."""


def boom(*args, **kwargs):
    raise Boom


# what Python itself needs to make and drop an instance, and what is looked up on the class
KEPT = {"__class__", "__del__", "__init_subclass__", "__subclasshook__", "__dict__", "__new__"}
CONTENTS = {
    list: [1, [2]],
    tuple: (1, [2]),
    dict: {"a": 1, "b": [2]},
    OrderedDict: OrderedDict(a=1, b=[2]),
    defaultdict: {"a": 1, "b": [2]},
    Counter: {"a": 1},
    set: {1, 2},
    frozenset: frozenset({1, 2}),
    deque: [1, [2]],
    bytearray: bytearray(b"ab"),
    array: array("i", [1, 2]),
}


def hostile(base):
    """A subclass of a built-in class of which every method raises."""
    names = {name for name in dir(base) if callable(getattr(base, name))} - KEPT
    names |= {"__getattr__", "__getattribute__", "__setattr__", "__delattr__", "__hash__"}
    return type(f"Hostile{base.__name__}", (base,), dict.fromkeys(names, boom))


def fill(base, value, content):
    """Do with the methods of the built-in class what the value refuses."""
    if issubclass(base, OrderedDict):
        OrderedDict.clear(value)
        for key in content:
            OrderedDict.__setitem__(value, key, content[key])
    elif issubclass(base, dict):
        dict.clear(value)
        dict.update(value, content)
    elif base is set:
        set.clear(value)
        set.update(value, content)
    elif base is deque:
        deque.clear(value)
        deque.extend(value, content)
    else:
        base.__setitem__(value, slice(None), content)


def plain(base, value):
    """The content of a value, read with the methods of the built-in class."""
    if issubclass(base, OrderedDict):
        return list(OrderedDict.items(value))
    if issubclass(base, dict):
        return list(dict.items(value))
    return list(base.__iter__(value))


def hostile_value(base):
    class_, content = hostile(base), CONTENTS[base]
    if base in (tuple, frozenset):
        return base.__new__(class_, content)
    value = array.__new__(class_, "i") if base is array else base.__new__(class_)
    fill(base, value, content)
    return value


def expected(content):
    return list(content.items() if isinstance(content, dict) else content)


@pytest.mark.parametrize("base", CONTENTS)
def test_a_user_s_methods_are_not_called(base):
    value = hostile_value(base)
    with pytest.raises(Boom):
        len(value)
    holder = [value]
    snapshot = snapshot_of(holder)
    matched = snapshot.matches(holder)
    found = differences(snapshot, holder, never)
    (thawed,) = snapshot.thaw()
    same_class = type(thawed) is type(value)
    assert (matched, found, same_class) == (True, [], True)
    assert plain(base, thawed) == expected(CONTENTS[base])


@pytest.mark.parametrize("base", [base for base in CONTENTS if base not in (tuple, frozenset)])
def test_a_change_of_such_a_value_is_seen_and_taken_back(base):
    value = hostile_value(base)
    snapshot = snapshot_of(value)
    empty = array("i") if base is array else {} if issubclass(base, dict) else []
    fill(base, value, empty)
    matched = snapshot.matches(value)
    number = len(differences(snapshot, value, never))
    assert (matched, number) == (False, 1 if base in (array, bytearray) else len(CONTENTS[base]))
    same = snapshot.restore(value) is value
    assert (same, plain(base, value)) == (True, expected(CONTENTS[base]))


def test_attributes_of_such_a_value_are_followed():
    value = hostile_value(list)
    object.__setattr__(value, "mark", [1])
    snapshot = snapshot_of(value)
    object.__getattribute__(value, "mark").append(2)
    matched = snapshot.matches(value)
    assert not matched
    snapshot.restore(value)
    assert object.__getattribute__(value, "mark") == [1]


def test_an_object_that_only_seems_to_be_of_another_class_is_a_leaf():
    class Pretender:
        @property
        def __class__(self):
            return list

        __iter__ = __len__ = __eq__ = boom
        __hash__ = None

    pretender = Pretender()
    assert take(pretender, never) is None
    assert snapshot_of([pretender]).matches([pretender])
    assert not snapshot_of([pretender]).matches([Pretender()])


def test_a_class_of_c_that_its_base_cannot_make_is_a_leaf():
    import os
    import time

    for value in (time.gmtime(0), os.stat(".")):
        snapshot = snapshot_of([value])
        assert snapshot.matches([value])
        assert snapshot.thaw()[0] is value


def test_a_descriptor_that_raises_is_heard():
    import dataclasses

    class Raising:
        def __get__(self, instance, owner):
            if instance is None:
                raise AttributeError
            raise Boom

        def __set__(self, instance, value):
            pass

    @dataclasses.dataclass
    class Account:
        balance: int = Raising()

    with pytest.raises(Boom):
        take(Account(1), never)
