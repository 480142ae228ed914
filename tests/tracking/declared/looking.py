"""What the tests ask of the shape of a class."""

from ormolu.tracking.declared.fields import shape_of


def names(class_, *args, **kwargs):
    """The names of the fields, in order."""
    return list(shape_of(class_, *args, **kwargs).fields)


def mutable(class_):
    """The names of those whose values may change in place."""
    return [name for name, found in shape_of(class_).fields.items() if found.mutable]


def places(class_, *args):
    """Where the values are, by name."""
    return {name: found.place for name, found in shape_of(class_, *args).fields.items()}
