"""The mapped classes; to be imported when it is settled whose layer they are to run on."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from sqlalchemy import Column, ForeignKey, String, Table

__all__ = ["ACCOUNTS", "TAGS", "Account", "Base", "Box", "Item", "Ledger", "Tag", "Transfer"]

TAGS = ("blue", "green", "grey", "red")
ACCOUNTS = 8
_LABEL = String(60)


class Base(DeclarativeBase):
    """The base of what is mapped."""


class Ledger(Base):
    """The ids of the transactions that were committed: each writes its own."""

    __tablename__ = "ledger"
    id: Mapped[str] = mapped_column(_LABEL, primary_key=True)


_tagged = Table(
    "tagged",
    Base.metadata,
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Box(Base):
    """What items are moved between."""

    __tablename__ = "box"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(_LABEL, unique=True)
    size: Mapped[int]
    items: Mapped[list[Item]] = relationship(back_populates="box", order_by="Item.id")


class Item(Base):
    """What is in a box, or in none, and has tags."""

    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(_LABEL, unique=True)
    weight: Mapped[int]
    version: Mapped[int] = mapped_column()
    box_id: Mapped[int | None] = mapped_column(ForeignKey("box.id"))
    box: Mapped[Box | None] = relationship(back_populates="items")
    tags: Mapped[set[Tag]] = relationship(secondary=_tagged, back_populates="items")
    __mapper_args__ = {"version_id_col": version}


class Tag(Base):
    """What many items have."""

    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(_LABEL, unique=True)
    items: Mapped[set[Item]] = relationship(secondary=_tagged, back_populates="tags")


class Account(Base):
    """What writers at several nodes change at once."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    balance: Mapped[int]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Transfer(Base):
    """What a transaction took from one account and gave to another."""

    __tablename__ = "transfer"
    id: Mapped[str] = mapped_column(_LABEL, primary_key=True)
    source: Mapped[int]
    target: Mapped[int]
    amount: Mapped[int]
