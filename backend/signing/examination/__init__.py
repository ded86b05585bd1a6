"""Looking at a signed PDF that a stranger hands in: in a process of its own, with limits, without a network."""
