"""The command line of tarmac: one file a subcommand."""
