"""How large a document becomes where its fragments are written out. Linear in the document, whatever it says."""

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

Fragments = dict[str, FragmentDefinitionNode]


class _Refused(Exception):
    """Ends the walk."""


def fragments_of(document: DocumentNode) -> Fragments:
    """Return the fragments of a document by name."""
    return {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}


def problem_of_fragments(document: DocumentNode, *, most: int) -> GraphQLError | None:
    """Return why no rule may walk this document: an unknown fragment, a circle, more than `most` selections."""
    measure = _Measure(fragments_of(document))
    try:
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode) and measure.size(node.selection_set) > most:
                return GraphQLError("The operation is too costly.")
        for name in measure.fragments:
            measure.size_of_fragment(name)
    except _Refused as refused:
        return GraphQLError(str(refused))
    return None


class _Measure:
    """Counts each fragment once and remembers it."""

    def __init__(self, fragments: Fragments) -> None:
        self.fragments = fragments
        self._known: dict[str, int] = {}
        self._open: set[str] = set()

    def size(self, selections: SelectionSetNode) -> int:
        total = 0
        for selection in selections.selections:
            total += 1
            if isinstance(selection, FragmentSpreadNode):
                total += self.size_of_fragment(selection.name.value)
            elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                total += self.size(selection.selection_set)
        return total

    def size_of_fragment(self, name: str) -> int:
        if name in self._open:
            raise _Refused(f"The fragment '{name}' contains itself.")
        if name not in self.fragments:
            raise _Refused(f"Unknown fragment '{name}'.")
        if name not in self._known:
            self._open.add(name)
            self._known[name] = self.size(self.fragments[name].selection_set)
            self._open.remove(name)
        return self._known[name]
