"""The public schema, twice: for allow-listed documents, and (demo and tests) for free ones within limits."""

from django.conf import settings
from strawberry.schema.config import StrawberryConfig

from backend.schema.documents import AllowedDocuments, allow_list_extension
from backend.schema.errors import OurSchema
from backend.schema.limits import PUBLIC, limited_extensions, masked
from backend.schema.public.doors import Mutation, Query
from backend.schema.scalars import CLP, CLP_SCALAR

_CONFIG = StrawberryConfig(disable_field_suggestions=True, scalar_map={CLP: CLP_SCALAR})

allowed = AllowedDocuments(settings.SEM_DOCUMENTS_DIR)
allow_listed_schema = OurSchema(Query, Mutation, config=_CONFIG, extensions=[allow_list_extension(allowed), masked])
free_schema = OurSchema(Query, Mutation, config=_CONFIG, extensions=limited_extensions(PUBLIC))
allowed.require_valid(allow_listed_schema._schema)


def printed_schema() -> str:
    """Return the SDL, as committed in `schema.graphql`."""
    return allow_listed_schema.as_str() + "\n"
