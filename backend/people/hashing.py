"""How passwords are hashed: Argon2id."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class StaffPasswordHasher(Argon2PasswordHasher):
    """46 MiB, one pass, one lane (OWASP Password Storage Cheat Sheet, first of the Argon2id settings).

    Django's own setting takes 100 MiB and eight lanes: too much beside other requests of the same process.
    """

    time_cost = 1
    memory_cost = 46 * 1024
    parallelism = 1
