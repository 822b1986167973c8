"""The process beside the agent. It imports the standard library, the kernel's light parts and tarmac's records only."""
