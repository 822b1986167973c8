"""Readers of other trackers' issues, and the one applier that writes them as ours."""
