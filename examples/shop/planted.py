"""What is wrong with the shop, by the function whose line is to be named."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["PLANTED", "Fault"]


class Fault(NamedTuple):
    """Something that the profiler is to find.

    Attributes:
        kind: the kind of the finding.
        function: the function that has the line.
        what: the attribute, or the class and its columns.
    """

    kind: str
    function: str
    what: str


PLANTED = frozenset(
    {
        Fault("n_plus_one", "print_orders", "Order.lines"),
        Fault("n_plus_one", "price_of", "Line.product"),
        Fault("n_plus_one", "customers_by_country", "Customer.country"),
        # its load_only leaves out the key that the country is found by
        Fault("n_plus_one", "customers_by_country", "Customer.country_id"),
        Fault("n_plus_one", "print_paths", "Category.parent"),
        Fault("n_plus_one", "print_tags", "Product.tags"),
        Fault("n_plus_one", "read_reviews", "Review.text"),
        Fault("unused_columns", "price_list", "Product: description, picture"),
        Fault("unused_columns", "greet", "Customer: notes"),
        Fault("unused_relationship", "stock_value", "Product.supplier"),
        Fault("unused_relationship", "open_orders", "Order.payments"),
        Fault("redundant_writes", "settle", "Order.status"),
        Fault("reloads", "rename_suppliers", "Supplier after commit"),
        Fault("reloads", "reopen", "Order after flush"),
    }
)
