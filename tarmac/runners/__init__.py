"""Where workers run. A runner starts workers, watches them and stops them; it knows no agent."""
