"""What is found to be tracked of Pydantic models, and of dataclasses of Pydantic."""

from typing import ClassVar, Generic, TypeVar

import pydantic
import pydantic.dataclasses
from tests.tracking.declared import quoted
from tests.tracking.declared.looking import mutable, names

from ormolu.tracking.declared.fields import shape_of

T = TypeVar("T")


class Model(pydantic.BaseModel):
    first: int
    rest: list[int] = []
    size: pydantic.PositiveInt = 1
    shared: ClassVar[int] = 0

    @pydantic.computed_field
    @property
    def total(self) -> int:
        return sum(self.rest)


def test_a_pydantic_model():
    shape = shape_of(Model)
    assert shape.kind == "pydantic"
    assert list(shape.fields) == ["first", "rest", "size"]
    assert mutable(Model) == ["rest"]
    assert set(shape.births) == {"__init__", "__setstate__"}
    assert (shape.holds_values, shape.weakly_referable) == ("dict", True)


def test_a_pydantic_model_whose_annotations_are_texts():
    assert names(quoted.Model) == ["first", "children", "colour"]
    assert mutable(quoted.Model) == ["children"]


def test_what_pydantic_resolves_is_not_resolved_again():
    class Local(quoted.Enum):
        A = 1

    class Sub(quoted.Model):
        local: "Local"

    assert mutable(Sub) == ["children"]


def test_a_model_that_is_not_complete():
    class Waiting(pydantic.BaseModel):
        x: int
        late: "Undefined"  # noqa: F821

    assert names(Waiting) == ["x", "late"]
    assert mutable(Waiting) == ["late"]


def test_private_attributes_are_no_fields_and_made_after_init():
    class Sub(Model):
        _private: int = 3

    assert names(Sub) == names(Model)
    assert "model_post_init" in shape_of(Sub).births


def test_model_post_init_is_a_birth_where_it_is_ones_own():
    class Sub(Model):
        def model_post_init(self, context):
            self.first = 3

    class SubSub(Sub):
        pass

    assert "model_post_init" in shape_of(Sub).births
    assert "model_post_init" in shape_of(SubSub).births


def test_fields_come_in_the_order_of_pydantic():
    class Mixin(pydantic.BaseModel):
        z: int = 0
        first: int = 0

    class Sub(Model, Mixin):
        w: int
        rest: int

    assert names(Sub) == list(Sub.model_fields)
    assert mutable(Sub) == []


def test_a_generic_model_knows_what_it_is_of():
    class Box(pydantic.BaseModel, Generic[T]):
        held: T

    assert mutable(Box) == ["held"]
    assert mutable(Box[int]) == []
    assert mutable(Box[list]) == ["held"]


def test_a_mixin_of_a_model():
    class Mixin:
        mixed: int
        _kept: int = 0

    class Sub(Mixin, pydantic.BaseModel):
        x: int

    assert names(Sub) == list(Sub.model_fields)


def test_a_model_without_fields():
    class Empty(pydantic.BaseModel):
        pass

    assert names(Empty) == []
    assert names(pydantic.BaseModel) == []


def test_a_model_of_one_value():
    assert mutable(pydantic.RootModel[list[int]]) == ["root"]


def test_a_dataclass_of_pydantic_is_a_dataclass():
    @pydantic.dataclasses.dataclass
    class Point:
        x: int
        y: list[int]

        def __post_init__(self):
            pass

    shape = shape_of(Point)
    assert shape.kind == "dataclass"
    assert mutable(Point) == ["y"]
    assert shape.births == ("__init__", "__post_init__")
