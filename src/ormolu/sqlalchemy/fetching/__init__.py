"""Objects that came in together are peers: what one of them misses is loaded for all of them.

A program that reads ``author.books`` in a loop over a thousand authors sends a thousand
statements; with peers it sends one.  Which objects came in together is known from the load
that they came by, and kept without holding any of them.
"""

from .settings import Fetching, fetch_peers, peers

__all__ = ["Fetching", "fetch_peers", "peers"]
