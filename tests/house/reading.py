"""What a Python file reads from outside: settings, variables of the environment, headers of a request.

Found in the syntax tree, not in the text. What is read under a name that is made at run time, or handed on as a whole,
is found as `file: expression`, so that it has to be explained like any other.
"""

import ast
from collections.abc import Iterator

NOT_OF_A_REQUEST = {"response", "answer", "file"}
"""Whose `.headers` are not a caller's: what we answer, what an institution answered, the first row of a sheet."""
_ASKING = {"getattr", "hasattr", "vars"}
_ENVIRONMENT = {"environ", "environb"}
_TYPED = {"text", "number", "words"}
_WHOLE_REQUEST = {"META", "COOKIES", "GET", "get_signed_cookie"}


def settings_read(name: str, source: str) -> set[str]:
    """Names of Django's settings that a file reads."""
    found: set[str] = set()
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _last(node.value) == "settings" and node.attr.isupper():
            found.add(node.attr)
        elif (
            isinstance(node, ast.Call)
            and _last(node.func) in _ASKING
            and node.args
            and _last(node.args[0]) == "settings"
        ):
            found.add(_constant(node.args[-1 if len(node.args) < 2 else 1]) or f"{name}: {ast.unparse(node)}")
        elif isinstance(node, ast.Import | ast.ImportFrom) and _imports_settings(node, name):
            found.add(f"{name}: {ast.unparse(node)}")
    return found


def variables_read(name: str, source: str) -> set[str]:
    """Variables of the environment that a file reads."""
    found: set[str] = set()
    tree = ast.parse(source)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if _last(node) in _ENVIRONMENT and isinstance(node, ast.Attribute) and _last(node.value) == "os":
            found |= _names_of(node, parents, name)
        elif isinstance(node, ast.ImportFrom) and node.module == "os" and _ENVIRONMENT & {a.name for a in node.names}:
            found.add(f"{name}: {ast.unparse(node)}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            of = _last(node.func.value)
            if node.func.attr == "getenv" or (of == "env" and node.func.attr in _TYPED):
                found.add(_constant(node.args[0]) or f"{name}: {ast.unparse(node)}")
    return found


def headers_read(name: str, source: str) -> set[str]:
    """Headers, cookies and query parameters of requests that a file reads; CGI's names without `HTTP_` as they are."""
    found: set[str] = set()
    tree = ast.parse(source)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="headers", value=of) if _last(of) not in NOT_OF_A_REQUEST:
                found |= _names_of(node, parents, name)
            case ast.Attribute(attr=attribute) if attribute in _WHOLE_REQUEST:
                found |= _names_of(node, parents, name)
            case ast.Name(id="headers") if _is_asked(node, parents[node]):  # handed on, as to a gateway
                found |= _names_of(node, parents, name)
    return found


def _names_of(mapping: ast.AST, parents: dict[ast.AST, ast.AST], name: str) -> set[str]:
    """The key that a mapping is asked for; the whole expression where that is not one constant."""
    parent: ast.AST = parents[mapping]
    if isinstance(parent, ast.Subscript) and parent.value is mapping:
        key = _constant(parent.slice)
    elif isinstance(parent, ast.Attribute) and parent.attr in ("get", "pop", "setdefault"):
        call = parents[parent]
        key = _constant(call.args[0]) if isinstance(call, ast.Call) and call.args else None
        parent = call
    elif isinstance(parent, ast.Compare):
        key = _constant(parent.left)
    else:
        key = None
    return {key or f"{name}: {ast.unparse(parent)}"}


def _is_asked(mapping: ast.AST, parent: ast.AST) -> bool:
    match parent:
        case ast.Attribute(attr="get"):
            return True
        case ast.Subscript(value=value, slice=key, ctx=ast.Load()):
            return value is mapping and not isinstance(key, ast.UnaryOp)  # headers[-1] are of a sheet
        case ast.Compare(comparators=others):
            return mapping in others
        case _:
            return False


def _last(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _constant(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _imports_settings(node: ast.Import | ast.ImportFrom, name: str) -> bool:
    """Tell whether settings are brought in under another name, or around Django's own object."""
    if isinstance(node, ast.Import):
        return any(alias.name.endswith(".settings") for alias in node.names)
    module = node.module or ""
    if module.endswith("config.settings"):
        return True
    return any(alias.name == "settings" and alias.asname for alias in node.names)


def imported(source: str) -> Iterator[str]:
    """Full names of the modules that a file imports, in functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls_of(source: str, *functions: str) -> Iterator[ast.Call]:
    """Calls of functions by their dotted names as written."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in functions:
            yield node
