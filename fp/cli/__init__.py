"""The command line of fp. A subcommand is one file: its options and its handler."""
