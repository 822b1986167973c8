"""The command line of drift."""
