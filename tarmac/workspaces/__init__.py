"""Where an agent finds the code, and how its work comes back."""
