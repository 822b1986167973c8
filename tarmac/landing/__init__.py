"""From a sealed run to the target: integrate, gate, publish."""
