"""Whether a template shows its values as they are, so that what it shows of one value is known of all others.

Filters change values, and conditions that compare them choose by them; asking whether there is a value is plain. What
depends on nothing but the place in a loop is plain too.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from django.template import Template
from django.template.base import FilterExpression, Node, TextNode, VariableNode
from django.template.defaulttags import CommentNode, ForNode, IfNode, TemplateLiteral
from django.template.loader_tags import IncludeNode
from django.template.smartif import TokenBase

from theming.templates import template_named

_JOINS = ("and", "or", "not")


@cache
def changed_values(template_name: str) -> tuple[str, ...]:
    """Give each place of a template, and of those that it includes, that changes or compares a value."""
    return tuple(dict.fromkeys(changes_in(template_named(template_name))))


def changes_in(template: Template) -> Iterator[str]:
    """Give each place of a template that changes or compares a value, as its author wrote it."""
    yield from _in_nodes(template.nodelist)


def _in_nodes(nodes: Iterable[Node | str]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Node):
            yield from _in_node(node)


def _in_node(node: Node) -> Iterator[str]:
    match node:
        case TextNode() | CommentNode():
            return
        case VariableNode(filter_expression=shown):
            if not _is_plain(shown):
                yield "{{ " + str(shown.token) + " }}"
        case IfNode(conditions_nodelists=branches):
            for condition, nodes in branches:
                if condition is not None and not _asks_whether_there_is(condition):
                    yield _tag(node)
                yield from _in_nodes(nodes)
        case ForNode(sequence=sequence):
            if not _is_plain(sequence):
                yield _tag(node)
            yield from _in_nodes(node.nodelist_loop)
            yield from _in_nodes(node.nodelist_empty)
        case IncludeNode(extra_context=given):
            included = node.template.var
            if not isinstance(included, str) or not all(map(_is_plain, given.values())):
                yield _tag(node)
            else:
                yield from changed_values(included)
        case _:
            yield _tag(node)


def _tag(node: Node) -> str:
    return "{% " + (node.token.contents if node.token else type(node).__name__) + " %}"


def _is_plain(shown: object) -> bool:
    return isinstance(shown, FilterExpression) and not shown.filters


def _asks_whether_there_is(condition: TokenBase) -> bool:
    if isinstance(condition, TemplateLiteral):
        return _is_plain(condition.value)
    parts = [part for part in (condition.first, condition.second) if part is not None]
    return condition.id in _JOINS and all(map(_asks_whether_there_is, parts))
