"""Change tracking of ordinary classes: dataclasses, attrs, Pydantic models, plain ones."""
