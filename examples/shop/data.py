"""What is in the database of the shop, the same each time."""

from __future__ import annotations

from sqlalchemy import Engine, insert

from .model import (
    Address,
    Base,
    Category,
    Country,
    Customer,
    Line,
    Order,
    Payment,
    Product,
    Review,
    Shipment,
    Supplier,
    Tag,
    product_tag,
)

__all__ = ["fill"]

_CUSTOMERS, _PRODUCTS, _ORDERS, _TAGS = 12, 30, 40, 6


def fill(engine: Engine) -> None:
    """Make the tables, and what is in them; no object of the ORM is made for it."""
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        for table, rows in _rows().items():
            connection.execute(insert(table), rows)


def _rows() -> dict[object, list[dict[str, object]]]:
    numbers = range(1, _ORDERS + 1)
    return {
        Country.__table__: [{"name": name} for name in ("Chile", "Ghana", "Laos", "Malta")],
        Customer.__table__: [
            {"name": f"customer {n}", "notes": "says little", "country_id": n % 4 + 1}
            for n in range(_CUSTOMERS)
        ],
        Address.__table__: [
            {"street": f"{n} Long Street", "customer_id": n % _CUSTOMERS + 1} for n in range(20)
        ],
        Category.__table__: [
            {"name": f"category {n}", "parent_id": None if n == 1 else n // 2}
            for n in range(1, 11)
        ],
        Supplier.__table__: [{"name": f"supplier {n}", "terms": "30 days"} for n in range(5)],
        Tag.__table__: [{"word": f"word {n}"} for n in range(_TAGS)],
        Product.__table__: [_product(n) for n in range(_PRODUCTS)],
        product_tag: [
            {"product_id": n + 1, "tag_id": (n + k) % _TAGS + 1}
            for n in range(_PRODUCTS)
            for k in range(2)
        ],
        Order.__table__: [
            {"status": "paid" if n % 2 else "new", "customer_id": n % _CUSTOMERS + 1}
            for n in numbers
        ],
        Line.__table__: [
            {"quantity": k + 1, "order_id": n, "product_id": (n + k) % _PRODUCTS + 1}
            for n in numbers
            for k in range(3)
        ],
        Payment.__table__: [{"amount": 10 * n, "order_id": n} for n in numbers if n % 2],
        Shipment.__table__: [{"carrier": "post", "order_id": n} for n in numbers],
        Review.__table__: [
            {"stars": n % 5 + 1, "text": "good " * 40, "product_id": n % _PRODUCTS + 1}
            for n in range(25)
        ],
    }


def _product(number: int) -> dict[str, object]:
    return {
        "name": f"product {number}",
        "price": 100 + number,
        "description": "of the best kind; " * 50,
        "picture": bytes(4_000),
        "category_id": number % 10 + 1,
        "supplier_id": number % 5 + 1,
    }
