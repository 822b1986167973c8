"""Measured figures: `make bench`. Never a test: machines differ, so each is a ratio against a floor of the same run."""
