"""Simulated ports, deterministic by their seed, under the same contract suite as the real ones.

Imported by tests and by `tarmac.sim`, never by what runs for a person.
"""
