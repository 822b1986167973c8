"""What a run's machine asks for, carried out: one function an effect, each safe to repeat after a crash."""
