"""Shells that read each layer into a snapshot; none of them changes anything."""
