"""Pickles that nobody can have made: what they are made of, and that they are refused."""

import pickle

import pytest
from reliability.hostile.victims import Member, Owner, unharmed

from ormolu import errors
from ormolu.attributes import instance_state


def held():
    """An owner and a member that it holds in a list."""
    owner, member = Owner(), Member("a")
    owner.in_list.append(member)
    return owner, member


def values_of(instance, /, **changes):
    """What is pickled of the state of an instance, changed."""
    return {**instance_state(instance).__getstate__(), **changes}


def refused(forged, *parts, error=errors.CorruptPickleError):
    """Expect that a pickle is refused in words that have all of the parts, and harms nobody."""
    data = pickle.dumps(forged)
    with unharmed(), pytest.raises(error) as caught:
        pickle.loads(data)
    for part in ("cannot unpickle", *parts):
        assert part in str(caught.value)
    return caught.value
