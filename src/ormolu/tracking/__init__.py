"""Change tracking of ordinary classes: dataclasses, attrs, Pydantic models, plain ones.

Which part may import which says docs/explanation.md, and a test.
"""
