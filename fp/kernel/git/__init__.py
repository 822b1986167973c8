"""git: one hardened prefix, one place that spawns it, typed calls above that."""
