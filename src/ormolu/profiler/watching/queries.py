"""Queries, where they are asked for, and what comes of their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..current import ACTIVITY, LAST_STATEMENT, LOADING, ROWS, Activity, current
from ..recording import Recording
from ..sites import here
from ..sources import EAGER, LAZY, QUERY, REFRESH, Attribute, Run, Source
from .attributes import attribute_of
from .loads import Load
from .patches import Patches
from .rows import counting, note_columns, note_joined

__all__ = ["watch_queries"]


def watch_queries(patches: Patches) -> None:
    """Note each execution of a query."""
    import sqlalchemy.orm as orm  # noqa: PLC0415 - when asked for

    # what is replaced in them is no part of what they export
    modules: Any = orm
    loading, strategies = modules.loading, modules.strategies
    joined = getattr(strategies, "_JoinedLoader", None) or strategies.JoinedLoader
    patches.put(joined, "create_row_processor", _noting_joined(joined.create_row_processor))
    patches.put(loading, "_instance_processor", _noting_processor(loading._instance_processor))
    patches.put(loading, "ChunkedIteratorResult", _timing_result(loading.ChunkedIteratorResult))


def _noting_processor(make: Any) -> Callable[..., Any]:
    def _instance_processor(
        query_entity: Any,
        mapper: Any,
        context: Any,
        result: Any,
        path: Any,
        adapter: Any,
        only_load_props: Any = None,
        refresh_state: Any = None,
        polymorphic_discriminator: Any = None,
        _polymorphic_from: Any = None,
    ) -> Any:
        recording = current()
        run = None if recording is None else _run_of(recording, context, mapper, refresh_state)
        function = make(
            query_entity,
            mapper,
            context,
            result,
            path,
            adapter,
            only_load_props=only_load_props,
            refresh_state=refresh_state,
            polymorphic_discriminator=polymorphic_discriminator,
            _polymorphic_from=_polymorphic_from,
        )
        if run is None or refresh_state is not None:
            return function
        note_columns(run.source, mapper, context, path)
        # rows of subclasses come by way of those of their base
        return function if _polymorphic_from else counting(function, run, context)

    return _instance_processor


def _run_of(recording: Recording, context: Any, mapper: Any, refresh_state: Any) -> Run:
    """The execution that is being prepared; noted when its first entity is."""
    found = recording.runs.get(context.runid)
    if found is not None:
        return found
    activity = ACTIVITY.get()
    load = None
    if activity is not None and activity.name == LOADING:
        activity.statements += 1
        load = activity.about
    outer = context.top_level_context
    if outer is not None and outer.runid in recording.runs:
        return _begin_eager(recording, context, recording.runs[outer.runid])
    if activity is not None and activity.name == ROWS and context.compile_state.current_path.path:
        # of a subquery: it is asked for when the first row wants it
        return _begin_eager(recording, context, activity.about)
    if refresh_state is not None:
        return _begin_refresh(recording, context, mapper, refresh_state)
    if load is not None:
        return _begin_lazy(recording, context, load)
    return _begin_query(recording, context)


def _begin_query(recording: Recording, context: Any) -> Run:
    site, entities = here(), _entities(context)
    source = recording.source((QUERY, site, entities), QUERY, site, entities)
    return _begin(recording, context, source, None)


def _begin_lazy(recording: Recording, context: Any, load: Load) -> Run:
    site, attribute = here(), attribute_of(load.impl)
    parent, root = None, None
    if load.run is not None:
        parent, root = load.run.source, load.run.root or load.run
        before = parent.recurring(attribute, site)
        if before is not None:
            return _begin(recording, context, before, root)
    key = (LAZY, site, attribute, parent and parent.number)
    source = recording.source(
        key, LAZY, site, _entities(context), attribute=attribute, parent=parent
    )
    return _begin(recording, context, source, root)


def _begin_eager(recording: Recording, context: Any, outer: Run) -> Run:
    path = context.compile_state.current_path.path
    steps = [step for step in path if hasattr(step, "direction")]
    attribute = _attribute_of_step(steps[-1]) if steps else None
    parent = _source_above(recording, outer, path)
    key = (EAGER, parent.number, attribute)
    source = recording.source(
        key, EAGER, parent.site, _entities(context), attribute=attribute, parent=parent
    )
    if attribute is not None and path[-1] is steps[-1]:
        # what follows a relationship is a subclass, whose columns are loaded on their own
        parent.eager[(steps[-1].parent.class_, attribute.key)] = EAGER
    return _begin(recording, context, source, outer.root or outer)


def _source_above(recording: Recording, outer: Run, path: Any) -> Source:
    """The source of the objects whose relationship is loaded: of the query, or eager too."""
    above = [step for step in path if hasattr(step, "direction")][:-1]
    source = outer.source
    for step in above:
        key = (EAGER, source.number, _attribute_of_step(step))
        source = recording.sources.get(key, source)
    return source


def _begin_refresh(recording: Recording, context: Any, mapper: Any, state: Any) -> Run:
    run = recording.runs.get(state.runid)
    if run is not None:
        recording.continue_run(context.runid, run)
        return run
    site, class_ = here(), mapper.class_.__name__
    source = recording.source((REFRESH, site, class_), REFRESH, site, class_)
    return _begin(recording, context, source, None)


def _begin(recording: Recording, context: Any, source: Source, root: Run | None) -> Run:
    statement, taken = LAST_STATEMENT.get()
    source.statement = source.statement or statement
    source.nanoseconds += taken
    LAST_STATEMENT.set(("", 0))
    return recording.begin_run(context.runid, source, root)


def _entities(context: Any) -> str:
    names = [
        entity.mapper.class_.__name__
        for entity in context.compile_state._entities
        if getattr(entity, "mapper", None) is not None
    ]
    return ", ".join(names)


def _attribute_of_step(prop: Any) -> Attribute:
    return Attribute(prop.parent.class_.__name__, prop.key)


def _noting_joined(create: Any) -> Callable[..., Any]:
    def create_row_processor(
        self: Any,
        context: Any,
        query_entity: Any,
        path: Any,
        loadopt: Any,
        mapper: Any,
        result: Any,
        adapter: Any,
        populators: Any,
    ) -> None:
        create(self, context, query_entity, path, loadopt, mapper, result, adapter, populators)
        recording = current()
        run = None if recording is None else recording.runs.get(context.runid)
        if run is not None:
            note_joined(run.source, self.parent_property, populators)

    return create_row_processor


# -- rows -------------------------------------------------------------------------------


def _timing_result(result_class: Any) -> Callable[..., Any]:
    def make_result(metadata: Any, chunks: Any, *args: Any, **kwargs: Any) -> Any:
        recording = current()
        context = kwargs.get("context") or _context_of(chunks)
        if recording is not None and context is not None:
            run = recording.runs.get(context.runid)
            if run is not None:
                chunks = _timed(recording, run, chunks)
        return result_class(metadata, chunks, *args, **kwargs)

    return make_result


def _context_of(chunks: Any) -> Any:
    """The context of a query, which 2.0 leaves to the function that makes its rows."""
    code = getattr(chunks, "__code__", None)
    if code is None or "context" not in code.co_freevars:
        return None
    return chunks.__closure__[code.co_freevars.index("context")].cell_contents


def _timed(recording: Recording, run: Run, chunks: Any) -> Callable[[Any], Iterator[Any]]:
    """Chunks of rows, with the time that each takes to be fetched and made objects of."""

    def timed_chunks(size: Any) -> Iterator[Any]:
        iterator = chunks(size)
        while True:
            activity = Activity(recording, ROWS, run)
            activity.begin()
            try:
                rows = next(iterator, None)
            finally:
                # what it had others load is counted for those
                run.source.nanoseconds += activity.end() - activity.inner
            if rows is None:
                return
            yield rows

    return timed_chunks
