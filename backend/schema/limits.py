"""What a document may cost. The rules are made once: the validation cache keys on their classes.

A rule never looks at values of variables, for they are not in the cache's key.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
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
from backend.schema.fragments import Fragments, fragments_of, problem_of_fragments


@dataclass(frozen=True)
class DocumentLimits:
    """`page` is what a list costs whose size is a variable; `selections` counts fragments as often as they are used."""

    bytes: int
    tokens: int
    depth: int
    aliases: int
    root_fields: int
    cost: int
    selections: int
    page: int


PUBLIC = DocumentLimits(
    bytes=16 * 1024, tokens=500, depth=6, aliases=10, root_fields=4, cost=400, selections=400, page=50
)
STAFF = DocumentLimits(
    bytes=64 * 1024, tokens=2000, depth=10, aliases=30, root_fields=10, cost=6000, selections=2000, page=100
)


class CostRule(ASTValidationRule):
    """Every field costs 1; what lies below ``first`` or ``last`` so many times more, a page where it is a variable."""

    limits: ClassVar[DocumentLimits]

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        """Refuse an operation whose cost, or number of root fields, is over the limit."""
        fragments = fragments_of(self.context.document)
        if len(list(_fields(node.selection_set, fragments))) > self.limits.root_fields:
            self.report_error(GraphQLError("The operation asks for too many things at once.", node))
        elif self._cost(node.selection_set, 1, fragments) > self.limits.cost:
            self.report_error(GraphQLError("The operation is too costly.", node))

    def _cost(self, selections: SelectionSetNode, times: int, fragments: Fragments) -> int:
        cost = 0
        for field in _fields(selections, fragments):
            repeats = times
            for argument in field.arguments or ():
                if argument.name.value in ("first", "last"):
                    size = argument.value
                    repeats *= int(size.value) if isinstance(size, IntValueNode) else self.limits.page
            cost += repeats
            if field.selection_set and cost <= self.limits.cost:
                cost += self._cost(field.selection_set, repeats, fragments)
            if cost > self.limits.cost:
                break
        return cost


class OneOperationRule(ASTValidationRule):
    """Strawberry takes the first of several where none is named; the specification (§6.1) asks for an error."""

    def enter_document(self, node: DocumentNode, *_: Any) -> None:
        """Refuse a document of several operations."""
        operations = [each for each in node.definitions if isinstance(each, OperationDefinitionNode)]
        if len(operations) > 1:
            self.report_error(GraphQLError("Send one operation in a document.", operations))


def _fields(selections: SelectionSetNode, fragments: Fragments) -> Iterator[FieldNode]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, InlineFragmentNode):
            yield from _fields(selection.selection_set, fragments)
        elif isinstance(selection, FragmentSpreadNode):
            yield from _fields(fragments[selection.name.value].selection_set, fragments)


class BoundedValidation(ValidationCache):
    """Validation, once it is known that walking the document through its fragments ends soon.

    Rules that follow fragments take time that doubles with every level of a short document, or fail on a fragment
    that is not there; so neither ever gets to see such a document.
    """

    def __init__(self, limits: DocumentLimits) -> None:
        super().__init__(maxsize=256)
        self._limits = limits

    def on_validate(self) -> Iterator[None]:
        """Refuse, or validate as ever."""
        document = self.execution_context.graphql_document
        problem = problem_of_fragments(document, most=self._limits.selections) if document else None
        if problem is not None:
            self.execution_context.pre_execution_errors = [problem]
            yield
        else:
            yield from super().on_validate()


def rules_within(limits: DocumentLimits) -> list[type[ASTValidationRule]]:
    """Make the rules of these limits; called once per schema, when it is made."""
    return [
        *QueryDepthLimiter(max_depth=limits.depth).validation_rules,
        *MaxAliasesLimiter(max_alias_count=limits.aliases).validation_rules,
        type("CostRule", (CostRule,), {"limits": limits}),
    ]


def limited_extensions(limits: DocumentLimits) -> list[Any]:
    """Return the extensions for documents that anybody may write: a fresh carrier for each request, constant rules."""
    rules = [*rules_within(limits), NoSchemaIntrospectionCustomRule, OneOperationRule]
    return bounded_extensions(limits, lambda: AddValidationRules(rules))


def bounded_extensions(limits: DocumentLimits, rules: Any) -> list[Any]:
    """Return the extensions around those that add rules."""
    return [
        lambda: MaxTokensLimiter(max_token_count=limits.tokens),
        rules,
        lambda: ParserCache(maxsize=256),
        lambda: BoundedValidation(limits),
        masked,
    ]


def masked() -> SchemaExtension:
    """Return the extension that hides unexpected errors from the client."""
    return MaskErrors(should_mask_error=is_unexpected, error_message="Ocurrió un error inesperado. Intente nuevamente.")
