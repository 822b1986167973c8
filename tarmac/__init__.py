"""tarmac, the orchestrator and reconciler: it launches agents on issues and reports where the layers disagree."""

__version__ = "0.1.0"
