"""A mail server that keeps what it gets, with pages to read it."""
