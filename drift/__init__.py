"""drift binds documents to code anchors and says which bindings went stale.

Holds the version alone; public names live in `drift.api`.
"""

__version__ = "0.1.0"
