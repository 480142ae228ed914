"""Hostile input: pickles, names, defaults, annotations, keys and loaders of any shape.

``victims`` are the classes that are attacked, ``states`` forges what a pickle says of one,
``flips`` changes genuine pickles byte by byte, ``inits`` makes classes whose ``__init__`` is
written to break a generator of source, ``loaders`` loads nonsense.  ``check`` runs them in
processes of their own and looks how those end.
"""
