"""Exploring the product's own machines: exhaustively for small worlds, by seeds for larger ones."""
