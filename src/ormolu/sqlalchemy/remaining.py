"""What of SQLAlchemy's layer modules stays SQLAlchemy's, and why.

Every class and function that one of the mirrored modules defines, and that
ormolu does not put its own in the place of, is listed here; a test compares the
list with what ``ormolu doctor`` measures.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["REMAINING", "Remaining", "reason_for"]


@dataclass(frozen=True)
class Remaining:
    """Some names of one module that stay SQLAlchemy's.

    Attributes:
        module: the module that defines them.
        names: what it calls them, in any of the series ormolu knows.
        reason: why they are no part of the layer.
    """

    module: str
    names: frozenset[str]
    reason: str


def _stay(module: str, reason: str, names: str) -> Remaining:
    return Remaining(module, frozenset(names.split()), reason)


_BASE = "sqlalchemy.orm.base"
_ATTRIBUTES = "sqlalchemy.orm.attributes"

REMAINING = (
    _stay(
        _BASE,
        "annotations of mappings, and the SQL expressions that they become",
        "DynamicMapped Mapped ORMDescriptor SQLORMExpression SQLORMOperations Unmapped "
        "WriteOnlyMapped _DeclarativeMapped _MappedAnnotationBase _MappedAttribute "
        "_is_unmapped_container",
    ),
    _stay(
        _BASE,
        "what inspect() says of mappers, properties and aliases",
        "InspectionAttr InspectionAttrExtensionType InspectionAttrInfo NotExtension "
        "_inspect_mapped_class",
    ),
    _stay(
        _BASE,
        "finds the mapper or the mapped entity that a statement names",
        "_class_to_mapper _entity_descriptor _is_aliased_class _is_mapped_class "
        "_mapper_or_none _parse_mapper_argument class_mapper object_mapper",
    ),
    _stay(
        _BASE,
        "answers in terms of the mapping; what it asks for the state is ormolu's look-up",
        "_inspect_mapped_object object_state",
    ),
    _stay(
        _BASE,
        "how messages name entities, instances and attributes",
        "attribute_str entity_str instance_str state_attribute_str state_class_str state_str",
    ),
    _stay(
        _BASE,
        "enumerations of the loading of rows, whose numbers ormolu reads, and of foreign keys",
        "EventConstants PassiveFlag RelationshipDirection",
    ),
    _stay(_BASE, "a decorator of query methods", "_assertions"),
    _stay(
        "sqlalchemy.orm.collections",
        "protocols for type checkers, with no code",
        "_AdaptedCollectionProtocol _CollectionConverterProtocol",
    ),
    _stay(
        "sqlalchemy.orm.state",
        "protocols for type checkers, with no code",
        "_InstallLoaderCallableProto _InstanceDictProto",
    ),
    _stay(
        "sqlalchemy.orm.instrumentation",
        "protocols for type checkers, with no code",
        "_ExpiredAttributeLoaderProto _ManagerFactory",
    ),
    _stay(
        _ATTRIBUTES,
        "the expression side of an attribute: what it is in a statement",
        "InstrumentedAttribute QueryableAttribute",
    ),
    _stay(
        _ATTRIBUTES,
        "expressions of hybrids, synonyms and composites, which are attributes of statements",
        "AdHocHasEntityNamespace _AdHocHasEntityNamespace create_proxied_attribute "
        "_create_proxied_attribute",
    ),
    _stay(
        _ATTRIBUTES,
        "finds the attribute that a pickled expression names",
        "_queryable_attribute_unreduce",
    ),
)
"""The list, in the order in which ``ormolu doctor`` prints it."""


def reason_for(module: str, name: str) -> str | None:
    """Return why ``name`` of ``module`` stays SQLAlchemy's; ``None`` if it is not listed."""
    for remaining in REMAINING:
        if remaining.module == module and name in remaining.names:
            return remaining.reason
    return None
