"""A municipal service that the platform has never heard of, and how its processes come to find it."""
