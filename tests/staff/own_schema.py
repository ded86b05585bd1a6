"""The view of staff over a schema of the tests' own: fields that take files, and one that breaks."""

import strawberry
from django.urls import path

from backend.config.urls import urlpatterns as real
from backend.people.rules import Permission
from backend.schema.staff.schema import make_staff_schema
from backend.schema.staff.uploads import Upload
from backend.schema.staff.view import staff_view_of


@strawberry.type
class Query:
    @strawberry.field
    def broken(self) -> str:
        raise RuntimeError("the inside of the machine")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def one(self, file: Upload) -> str:
        return f"{file.name}:{file.size}:{type(file).__name__}"

    @strawberry.mutation
    def many(self, files: list[Upload]) -> str:
        return ",".join(f"{file.name}:{file.read().decode()}" for file in files)


_access = dict.fromkeys(("broken", "one", "many"), Permission.OWN_ACCOUNT)
urlpatterns = [
    path("graphql/staff", staff_view_of(make_staff_schema(Query, Mutation, _access))),
    *(each for each in real if str(each.pattern) != "graphql/staff"),
]
