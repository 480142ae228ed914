"""A shop with faults that are planted in it, for the profiler to find.

``ormolu profile -m examples.shop`` runs it. ``model`` has the mapping, ``data`` what is
in the database, ``jobs`` what the shop does, and ``planted`` the list of what is wrong.
"""
