"""Fixed scripts that the platform is measured against. A baseline changes only by a decision in docs/adr."""
