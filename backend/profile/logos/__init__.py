"""A municipality's logo: whatever picture she sends, what is kept is a small PNG that we drew."""
