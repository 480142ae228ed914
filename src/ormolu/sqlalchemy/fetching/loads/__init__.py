"""How peers are loaded; imported once the program has imported SQLAlchemy's ORM."""
