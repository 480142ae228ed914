"""One module for each of SQLAlchemy's that is mirrored, of the same name.

Each has a function ``exchange(module)``, which puts ormolu's classes and
functions in the place of those that ``module`` has just defined.  They are
imported by the seam, at the moment their SQLAlchemy module has run.
"""
