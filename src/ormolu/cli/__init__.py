"""The command line: ``ormolu run``, ``doctor``, ``inspect``, ``profile`` and ``demo``."""
