"""What a document may cost. The rules are made once: the validation cache keys on their classes.

A rule never looks at values of variables, for they are not in the cache's key.
"""

from collections.abc import Iterator
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
)
from strawberry.extensions import (
    AddValidationRules,
    MaskErrors,
    MaxAliasesLimiter,
    MaxTokensLimiter,
    ParserCache,
    QueryDepthLimiter,
    SchemaExtension,
    ValidationCache,
)

from backend.schema.errors import is_unexpected

MOST_BYTES = 16 * 1024
MOST_TOKENS = 500
MOST_DEPTH = 6
MOST_ALIASES = 10
MOST_COST = 400
MOST_ROOT_FIELDS = 4
PAGE = 50


class CostRule(ASTValidationRule):
    """Every field costs 1; what lies below ``first`` or ``last`` so many times more, a page where it is a variable."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        """Refuse an operation whose cost, or number of root fields, is over the limit."""
        fragments = _fragments(self.context.document)
        if len(list(_fields(node.selection_set, fragments, frozenset()))) > MOST_ROOT_FIELDS:
            self.report_error(GraphQLError("The operation asks for too many things at once.", node))
        elif _cost(node.selection_set, 1, fragments, frozenset()) > MOST_COST:
            self.report_error(GraphQLError("The operation is too costly.", node))


class OneOperationRule(ASTValidationRule):
    """Strawberry takes the first of several where none is named; the specification (§6.1) asks for an error."""

    def enter_document(self, node: DocumentNode, *_: Any) -> None:
        """Refuse a document of several operations."""
        operations = [each for each in node.definitions if isinstance(each, OperationDefinitionNode)]
        if len(operations) > 1:
            self.report_error(GraphQLError("Send one operation in a document.", operations))


Fragments = dict[str, FragmentDefinitionNode]


def _fragments(document: DocumentNode) -> Fragments:
    return {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}


def _fields(selections: SelectionSetNode, fragments: Fragments, seen: frozenset[str]) -> Iterator[FieldNode]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, InlineFragmentNode):
            yield from _fields(selection.selection_set, fragments, seen)
        elif isinstance(selection, FragmentSpreadNode) and selection.name.value in fragments.keys() - seen:
            name = selection.name.value
            yield from _fields(fragments[name].selection_set, fragments, seen | {name})


def _cost(selections: SelectionSetNode, times: int, fragments: Fragments, seen: frozenset[str]) -> int:
    cost = 0
    for field in _fields(selections, fragments, seen):
        repeats = times
        for argument in field.arguments or ():
            if argument.name.value in ("first", "last"):
                repeats *= int(argument.value.value) if isinstance(argument.value, IntValueNode) else PAGE
        cost += repeats
        if field.selection_set and cost <= MOST_COST:
            cost += _cost(field.selection_set, repeats, fragments, seen)
        if cost > MOST_COST:
            break
    return cost


RULES: list[type[ASTValidationRule]] = [
    *QueryDepthLimiter(max_depth=MOST_DEPTH).validation_rules,
    *MaxAliasesLimiter(max_alias_count=MOST_ALIASES).validation_rules,
    NoSchemaIntrospectionCustomRule,
    OneOperationRule,
    CostRule,
]


def limited_extensions() -> list[Any]:
    """Return the extensions for documents that anybody may write: a fresh carrier for each request, constant rules."""
    return [
        lambda: MaxTokensLimiter(max_token_count=MOST_TOKENS),
        lambda: AddValidationRules(RULES),
        lambda: ParserCache(maxsize=256),
        lambda: ValidationCache(maxsize=256),
        masked,
    ]


def masked() -> SchemaExtension:
    """Return the extension that hides unexpected errors from the client."""
    return MaskErrors(should_mask_error=is_unexpected, error_message="Ocurrió un error inesperado. Intente nuevamente.")
