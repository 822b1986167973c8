"""How agents are started. Used inside the worker process alone, but for `presets`, which the commands ask."""
