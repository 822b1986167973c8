"""The whole factory once, in a temporary repository, with scripted agents and drawn faults."""
