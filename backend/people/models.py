"""Staff accounts, in the schema of their municipality; those in `public` are SUBDERE's."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from backend.people.rules import Role


class StaffAccount(AbstractBaseUser):
    """A person who works for the municipality. A temporary password opens nothing but its own change."""

    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=120)
    roles = ArrayField(models.CharField(max_length=24), default=list)
    is_active = models.BooleanField(default=True)
    password_is_temporary = models.BooleanField(default=False)
    failed_attempts = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(roles__contained_by=[role.value for role in Role]), name="roles_are_known"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name
