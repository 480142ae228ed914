"""What inspect() gives, and the functions for states and attributes."""

from shared import database, plain, refused
from sqlalchemy.orm import (
    Bundle,
    DeclarativeBase,
    Mapped,
    Mapper,
    Session,
    aliased,
    attributes,
    exc,
    mapped_column,
    object_session,
    relationship,
    with_parent,
)
from sqlalchemy.types import JSON

from sqlalchemy import ForeignKey, inspect, select


def helpers():
    """flag_modified, set_committed_value, init_collection, set_attribute and their kin."""

    class Base(DeclarativeBase):
        pass

    class Node(Base):
        __tablename__ = "node"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None]
        data = mapped_column(JSON)
        up_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
        children: Mapped[list["Node"]] = relationship(back_populates="up")
        up: Mapped["Node | None"] = relationship(back_populates="children", remote_side="Node.id")

    with Session(database(Base.metadata)) as session:
        top = Node(name="top", data=[1], children=[Node(name="a"), Node(name="b")])
        session.add(top)
        session.commit()
        yield top.data, refused(attributes.flag_modified, top, "name")
        top.data.append(2)
        attributes.flag_modified(top, "data")
        yield top in session.dirty, plain(attributes.get_history(top, "data"))
        attributes.flag_dirty(top)
        attributes.set_committed_value(top, "children", [])
        yield list(top.children), plain(inspect(top).attrs.children.history)
        attributes.set_attribute(top, "name", "tip")
        yield attributes.get_attribute(top, "name"), plain(inspect(top).attrs.name.history)
        attributes.del_attribute(top, "name")
        yield plain(inspect(top).attrs.name.history), attributes.has_parent(Node, top, "children")
        session.rollback()
        yield object_session(top) is session, [child.up is top for child in top.children]
        yield [
            one.name
            for one in session.scalars(select(Node).where(with_parent(top, Node.children)))
        ]
        other = Session(session.get_bind())
        merged = other.merge(top, load=False)
        yield merged is not top, plain(inspect(merged).identity_key)[-30:], merged.name
        attributes.init_collection(merged, "children").append_without_event(top)
        yield len(merged.children), merged.children[0] is top


def inspected():
    """What inspect() gives of classes, attributes and instances."""

    class Base(DeclarativeBase):
        pass

    class Song(Base):
        __tablename__ = "song"
        id: Mapped[int] = mapped_column(primary_key=True)
        title: Mapped[str]
        words: Mapped[str | None] = mapped_column(deferred=True)
        album_id: Mapped[int | None] = mapped_column(ForeignKey("album.id"))
        album: Mapped["Album | None"] = relationship(back_populates="songs")

    class Album(Base):
        __tablename__ = "album"
        id: Mapped[int] = mapped_column(primary_key=True)
        songs: Mapped[list[Song]] = relationship(back_populates="album")

    def stages(instance):
        state = inspect(instance)
        names = ("transient", "pending", "persistent", "deleted", "detached", "was_deleted")
        return [name for name in names if getattr(state, name)]

    yield plain(Song.title), plain(Album.songs), plain(Song.title.property), str(Song.title == "a")
    yield Song.title.is_attribute, Song.title.key, Song.title.class_ is Song, Song.title.parent
    yield inspect(Song.title) is Song.title, isinstance(inspect(Song), Mapper)
    yield sorted(inspect(Song).all_orm_descriptors.keys())
    yield plain(aliased(Song).title), plain(Bundle("b", Song.title).columns)
    with Session(database(Base.metadata)) as session:
        song = Song(title="one", album=Album())
        state = inspect(song)
        yield stages(song), plain(state), state.identity, state.key, state.dict is vars(song)
        session.add(song)
        yield stages(song), state.session is session, state.has_identity, state.modified
        session.flush()
        yield (
            stages(song),
            state.identity,
            sorted(state.attrs.keys()),
            state.mapper is inspect(Song),
        )
        attribute = state.attrs.title
        yield attribute.value, plain(attribute.loaded_value), plain(attribute.history)
        yield [plain(item) for item in (state.attrs.words.loaded_value, attribute.load_history())]
        yield sorted(state.unmodified), sorted(state.unloaded), sorted(state.expired_attributes)
        session.commit()
        yield sorted(state.expired_attributes), state.expired, sorted(vars(song))
        session.delete(song)
        session.flush()
        yield stages(song)
        session.commit()
        yield stages(song), state.detached
        yield refused(lambda: session.refresh(song)), refused(lambda: Song(colour=1))
    detached = Song(title="x", id=8)
    with Session(database(Base.metadata)) as session:
        session.add(detached)
        session.commit()
    yield refused(lambda: detached.title)
    yield refused(inspect, object()), refused(attributes.instance_state, object())
    yield refused(attributes.get_history, detached, "colour")
    yield [
        issubclass(getattr(exc, name), Exception) for name in ("StaleDataError", "UnmappedError")
    ]
