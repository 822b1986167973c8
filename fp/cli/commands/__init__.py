"""One file a subcommand; imported when it runs."""
