"""The catalogue of disagreements: one rule a code, over one joined view."""
