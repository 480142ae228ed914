"""Beneath SQLAlchemy with real servers: what is killed, and what has to be there afterwards."""
