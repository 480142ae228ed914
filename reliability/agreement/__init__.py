"""Random programs, run by stock SQLAlchemy's layer and by both cores of ormolu: do they agree?

``model`` and ``world`` are what a program works on, ``steps`` what it may do, ``session_world``
and ``sessions`` the same with a database, ``observe`` what is looked at after each step.
``worker`` is one process with one of the layers, ``driver`` compares several of them, and
``meant`` lists where ormolu differs on purpose.
"""
