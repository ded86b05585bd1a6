"""Staff accounts of a municipality (in its schema; those in `public` are SUBDERE's). Sign-in comes with the staff's door."""

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
