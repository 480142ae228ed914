"""The mapping: what a shop sells, to whom, and how it gets there."""

from __future__ import annotations

import datetime

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from sqlalchemy import Column, ForeignKey, Table, func

__all__ = [
    "Address",
    "Base",
    "Category",
    "Country",
    "Customer",
    "Line",
    "Order",
    "Payment",
    "Product",
    "Review",
    "Shipment",
    "Supplier",
    "Tag",
]


class Base(DeclarativeBase):
    """Of all classes here."""


class Country(Base):
    """Where customers live."""

    __tablename__ = "country"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Customer(Base):
    """Who buys."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    notes: Mapped[str]
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"))

    country: Mapped[Country] = relationship()
    addresses: Mapped[list[Address]] = relationship(back_populates="customer")
    orders: Mapped[list[Order]] = relationship(back_populates="customer")


class Address(Base):
    """Where parcels go."""

    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    street: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))

    customer: Mapped[Customer] = relationship(back_populates="addresses")


class Category(Base):
    """What kind of thing a product is; categories are within others."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))

    parent: Mapped[Category | None] = relationship(remote_side="Category.id")


class Supplier(Base):
    """Who makes products."""

    __tablename__ = "supplier"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    terms: Mapped[str]

    products: Mapped[list[Product]] = relationship(back_populates="supplier")


product_tag = Table(
    "product_tag",
    Base.metadata,
    Column("product_id", ForeignKey("product.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Tag(Base):
    """A word that products are found by."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str]


class Product(Base):
    """What is sold."""

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price: Mapped[int]
    description: Mapped[str]
    picture: Mapped[bytes]
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))

    category: Mapped[Category] = relationship()
    supplier: Mapped[Supplier] = relationship(back_populates="products")
    tags: Mapped[list[Tag]] = relationship(secondary=product_tag)
    reviews: Mapped[list[Review]] = relationship(back_populates="product")


class Order(Base):
    """What a customer has bought at a time."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
    updated: Mapped[datetime.datetime] = mapped_column(
        server_default=func.now(), onupdate=func.now()
    )
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))

    customer: Mapped[Customer] = relationship(back_populates="orders")
    lines: Mapped[list[Line]] = relationship(back_populates="order")
    payments: Mapped[list[Payment]] = relationship(back_populates="order")
    shipments: Mapped[list[Shipment]] = relationship(back_populates="order")


class Line(Base):
    """A product within an order."""

    __tablename__ = "line"

    id: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))

    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()


class Payment(Base):
    """Money that came in for an order."""

    __tablename__ = "payment"

    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))

    order: Mapped[Order] = relationship(back_populates="payments")


class Shipment(Base):
    """A parcel."""

    __tablename__ = "shipment"

    id: Mapped[int] = mapped_column(primary_key=True)
    carrier: Mapped[str]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))

    order: Mapped[Order] = relationship(back_populates="shipments")


class Review(Base):
    """What somebody says of a product."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    stars: Mapped[int]
    text: Mapped[str] = mapped_column(deferred=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))

    product: Mapped[Product] = relationship(back_populates="reviews")
