"""The ways in which third-party code uses the layer, each a function that yields what it saw.

Run by test_idioms.py on stock SQLAlchemy and on ormolu, which have to agree.

usage: python tests/sqlalchemy/idioms stock|ormolu
"""

import json
import sys

if sys.argv[1] == "ormolu":
    import ormolu.sqlalchemy

    ormolu.sqlalchemy.install()

import events
import groups
import inspections
import instances
import mappings
import overrides
import values
from shared import plain

IDIOMS = (
    events.audited,
    events.coerced,
    events.descriptors,
    events.late,
    groups.own_collections,
    groups.association_proxies,
    groups.pending_and_orphans,
    values.mutable_types,
    values.hybrids,
    values.versions,
    mappings.dataclasses,
    mappings.reflected,
    mappings.mixins,
    mappings.imperative,
    inspections.helpers,
    inspections.inspected,
    instances.kept,
    instances.ended,
    overrides.overrides,
    overrides.called,
    overrides.own_dict,
)

seen = {}
for idiom in IDIOMS:
    seen[idiom.__name__] = [json.loads(json.dumps(step, default=plain)) for step in idiom()]
print(json.dumps(seen))
