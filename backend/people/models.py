"""Staff accounts, in the schema of their municipality; those in `public` are SUBDERE's."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models


class StaffAccount(AbstractBaseUser):
    """A person who works for the municipality."""

    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.full_name
