"""The command line: ``ormolu run``, ``ormolu doctor``, ``ormolu demo``."""
