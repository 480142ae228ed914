"""What the shop does: some of it well, some of it as it should not be done."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session, joinedload, load_only, selectinload, undefer

from sqlalchemy import func, select

from .model import Category, Customer, Line, Order, Product, Review, Supplier

__all__ = ["FAULTY", "SOUND"]


# -- as it should not be done; planted.py says what is wrong -------------------------------


def print_orders(session: Session) -> int:
    """Add up what was ordered: a statement for each order, and for each product."""
    total = 0
    for order in session.scalars(select(Order).options(load_only(Order.status))):
        if order.status != "void":
            for line in order.lines:
                total += line.quantity * price_of(line)
    return total


def price_of(line: Line) -> int:
    """Return the price of a line, of which all else that comes with it is used too."""
    product = line.product
    return product.price + 0 * len(product.name + product.description) * len(product.picture)


def customers_by_country(session: Session) -> dict[str, int]:
    """Count customers: a statement for each country."""
    found: dict[str, int] = {}
    for customer in session.scalars(select(Customer).options(load_only(Customer.name))):
        country = customer.country.name if customer.name else ""
        found[country] = found.get(country, 0) + 1
    return found


def print_paths(session: Session) -> list[str]:
    """Name the categories that leaves are in: a statement for each step upwards."""
    paths = []
    for category in session.scalars(select(Category).where(Category.id > 5)):
        names = []
        at: Category | None = category
        while at is not None:
            names.append(at.name)
            at = at.parent
        paths.append("/".join(reversed(names)))
    return paths


def print_tags(session: Session) -> int:
    """Count words: a statement for each product."""
    count = 0
    for product in session.scalars(select(Product).options(load_only(Product.name))):
        for tag in product.tags:
            count += len(product.name) > 0 and len(tag.word) > 0
    return count


def read_reviews(session: Session) -> int:
    """Read what reviews say, which their query leaves out: a statement for each."""
    letters = 0
    for review in session.scalars(select(Review)):
        if review.stars:
            letters += len(review.text)
    return letters


def price_list(session: Session) -> list[str]:
    """List names and prices, and load descriptions and pictures for it."""
    lines = []
    for product in session.scalars(select(Product)):
        lines.append(f"{product.name}: {product.price}")
    return lines


def greet(session: Session) -> list[str]:
    """Greet customers by name, from queries of both that bring their notes along."""
    names = []
    statement = select(Customer).options(selectinload(Customer.addresses))
    for customer in session.scalars(statement):
        names.append(f"{customer.name}, {len(customer.addresses)}")
        for address in customer.addresses:
            names.append(address.street)
    return names


def stock_value(session: Session) -> int:
    """Add up prices, with suppliers joined that nobody asks for."""
    statement = select(Product).options(load_only(Product.price), joinedload(Product.supplier))
    total = 0
    for product in session.scalars(statement):
        total += product.price
    return total


def open_orders(session: Session) -> int:
    """Count orders that are new, with payments loaded that nobody looks at."""
    statement = select(Order).options(load_only(Order.status), selectinload(Order.payments))
    count = 0
    for order in session.scalars(statement):
        count += order.status == "new"
    return count


def settle(session: Session) -> None:
    """Mark orders that are paid as paid, which they are."""
    statement = select(Order).options(load_only(Order.status)).where(Order.status == "paid")
    for order in session.scalars(statement):
        order.status = "paid"
    session.commit()


def rename_suppliers(session: Session) -> list[str]:
    """Give suppliers other names, commit, and then read each of them again."""
    suppliers = list(session.scalars(select(Supplier)))
    for supplier in suppliers:
        supplier.name = supplier.name.title()
        supplier.terms = f"{supplier.terms} net"
    session.commit()
    lines = []
    for supplier in suppliers:
        lines.append(supplier.name)
    return lines


def reopen(session: Session) -> list[str]:
    """Change orders, and read the times that the server has set, one by one."""
    statement = select(Order).where(Order.status == "new").options(load_only(Order.status))
    orders = list(session.scalars(statement))
    for order in orders:
        order.status = "open" if order.status == "new" else order.status
    session.flush()
    times = []
    for order in orders:
        times.append(f"{order.updated:%H:%M}")
    session.rollback()
    return times


# -- as it should be done --------------------------------------------------------------------


def print_shipments(session: Session) -> int:
    """Count parcels, which come with their orders."""
    statement = select(Order).options(load_only(Order.id), selectinload(Order.shipments))
    count = 0
    for order in session.scalars(statement):
        for shipment in order.shipments:
            count += shipment.carrier == "post"
    return count


def print_suppliers(session: Session) -> int:
    """Name what each supplier makes."""
    statement = select(Supplier).options(
        selectinload(Supplier.products).load_only(Product.name), load_only(Supplier.name)
    )
    letters = 0
    for supplier in session.scalars(statement):
        letters += len(supplier.name) + sum([len(one.name) for one in supplier.products])
    return letters


def print_reviews(session: Session) -> int:
    """Read reviews with what they say and what they are of."""
    statement = select(Review).options(
        undefer(Review.text), joinedload(Review.product).load_only(Product.name)
    )
    letters = 0
    for review in session.scalars(statement):
        letters += review.stars * len(review.text) + len(review.product.name)
    return letters


def raise_prices(session: Session) -> None:
    """Give products another price."""
    for product in session.scalars(select(Product).options(load_only(Product.price))):
        product.price = product.price + 1
    session.commit()


def count_orders(session: Session) -> int:
    """Count orders where they are."""
    return session.scalars(select(func.count()).select_from(Order)).one()


def take_order(session: Session) -> None:
    """Write an order down."""
    customer = session.get_one(Customer, 1, options=[load_only(Customer.name)])
    order = Order(status=f"new, of {customer.name}", customer_id=customer.id)
    order.lines.append(Line(quantity=2, product_id=1))
    session.add(order)
    session.commit()


FAULTY: tuple[Callable[[Session], object], ...] = (
    print_orders,
    customers_by_country,
    print_paths,
    print_tags,
    read_reviews,
    price_list,
    greet,
    stock_value,
    open_orders,
    settle,
    rename_suppliers,
    reopen,
)
SOUND: tuple[Callable[[Session], object], ...] = (
    print_shipments,
    print_suppliers,
    print_reviews,
    raise_prices,
    count_orders,
    take_order,
)
