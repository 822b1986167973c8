"""The only modules that import `fp.api` and `drift.api`."""
