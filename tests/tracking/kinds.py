"""The same class, made in every way that Python has for it."""

from dataclasses import dataclass, field
from typing import Any

import attrs
import pydantic

KINDS = {}


def kind(make):
    KINDS[make.__name__] = make
    return make


def as_dataclass(**options):
    @dataclass(**options)
    class Doc:
        name: str
        size: int = 0
        tags: list[str] = field(default_factory=list)
        meta: dict[str, Any] = field(default_factory=dict)

    return Doc


@kind
def a_dataclass():
    return as_dataclass()


@kind
def a_dataclass_with_slots():
    return as_dataclass(slots=True, weakref_slot=True)


@kind
def a_dataclass_with_slots_alone():
    return as_dataclass(slots=True)


@kind
def a_dataclass_without_equality():
    return as_dataclass(eq=False, repr=False)


def as_attrs_class(**options):
    @attrs.define(**options)
    class Doc:
        name: str
        size: int = 0
        tags: list[str] = attrs.field(factory=list)
        meta: dict[str, Any] = attrs.field(factory=dict)

    return Doc


@kind
def an_attrs_class():
    return as_attrs_class()


@kind
def an_attrs_class_with_a_dictionary():
    return as_attrs_class(slots=False)


@kind
def an_attrs_class_with_validators():
    @attrs.define
    class Doc:
        name: str = attrs.field(validator=attrs.validators.instance_of(str))
        size: int = attrs.field(default=0, converter=int)
        tags: list[str] = attrs.field(factory=list)
        meta: dict[str, Any] = attrs.field(factory=dict)

    return Doc


def as_model(**options):
    class Doc(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(**options)
        name: str
        size: int = 0
        tags: list[str] = []
        meta: dict[str, Any] = {}

    return Doc


@kind
def a_model():
    return as_model()


@kind
def a_model_that_validates():
    return as_model(validate_assignment=True)


@kind
def a_plain_class():
    class Doc:
        name: str
        size: int
        tags: list[str]
        meta: dict[str, Any]

        def __init__(self, name, size=0, tags=None, meta=None):
            self.name = name
            self.size = -1
            self.size = size
            self.tags = [] if tags is None else tags
            self.meta = {} if meta is None else meta

    return Doc


@kind
def a_plain_class_with_slots():
    class Doc:
        __slots__ = ("__weakref__", "meta", "name", "size", "tags")

        def __init__(self, name, size=0, tags=None, meta=None):
            self.name = name
            self.size = -1
            self.size = size
            self.tags = [] if tags is None else tags
            self.meta = {} if meta is None else meta

    return Doc


@kind
def a_class_that_assigns_itself():
    class Doc:
        name: str
        size: int
        tags: list[str]
        meta: dict[str, Any]

        def __init__(self, name, size=0, tags=None, meta=None):
            self.name = name
            self.size = size
            self.tags = [] if tags is None else tags
            self.meta = {} if meta is None else meta

        def __setattr__(self, name, value):
            if value == "refused":
                raise ValueError(value)
            self.__dict__[name] = value

    return Doc


FROZEN = {}


def frozen(make):
    FROZEN[make.__name__] = make
    return make


@frozen
def a_frozen_dataclass():
    @dataclass(frozen=True)
    class Doc:
        name: str
        tags: list[str] = field(default_factory=list)

    return Doc


@frozen
def a_frozen_dataclass_with_slots():
    @dataclass(frozen=True, slots=True, weakref_slot=True)
    class Doc:
        name: str
        tags: list[str] = field(default_factory=list)

    return Doc


@frozen
def a_frozen_attrs_class():
    @attrs.frozen
    class Doc:
        name: str
        tags: list[str] = attrs.field(factory=list)

    return Doc


@frozen
def a_frozen_model():
    class Doc(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(frozen=True)
        name: str
        tags: list[str] = []

    return Doc
