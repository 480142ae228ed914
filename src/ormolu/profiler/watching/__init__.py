"""What is put into SQLAlchemy and the layer while something is recorded, and taken out after."""

from .watch import beginning, ending

__all__ = ["beginning", "ending"]
