"""How the property tests run: as many examples as are worth their time, and never a limit on how long one takes."""

from hypothesis import settings

settings.register_profile("rules", deadline=None, max_examples=150)
settings.load_profile("rules")
