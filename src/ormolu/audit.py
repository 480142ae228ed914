"""Records of every commit of a workspace: who, when, why and what.

:class:`AuditLog` writes to a file; :class:`ormolu.ext.audit.AuditTable` writes to a table,
in the transaction that the rest is written in.
"""

from .tracking.auditing import AuditLog

__all__ = ["AuditLog"]
