"""The layer itself: classes, instances, attributes, collections, events.

Its parts are reached through the public modules ``ormolu.instrumentation``,
``ormolu.state``, ``ormolu.attributes``, ``ormolu.collections`` and
``ormolu.events``.
"""
