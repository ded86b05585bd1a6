"""Backend reads no setting, variable or header that turns a guard off: whatever it reads is explained here.

A new line needs a reason. What could make the platform less careful is in LOOSENS too, and backend/config/guards.py
refuses production with it.
"""

import ast
from collections.abc import Callable, Mapping

import pytest

from backend.billing.gateways import gateways
from backend.checks import registers
from tests.house.reading import headers_read, settings_read, variables_read
from tests.house.tree import source_files, text_of

_ADDRESS = "where an institution answers: production wants https, and not this machine"
_PLACE = "where something lies"
_TEXT = "in which language to answer"
_SET_UP = "which servers the set-up of demo, tests and bench uses, or starts itself where there are none"
_OURS_ONLY = "command line: the environment of child processes and of the demo"

SETTINGS: Mapping[str, str] = {
    "SEM_MODE": "production unless somebody says otherwise; asked by the guards alone",
    "DEBUG": "False in the settings, no variable changes it",
    "DEMO_SECRET_KEY": "the default that the guards know",
    "SECRET_KEY": "asked for its length by the guards; Django signs with it",
    "SETTINGS_MODULE": "production takes backend.config.settings and no other",
    "SEM_KEY_PASSPHRASE": "opens the officials' keys; without it nothing is signed",
    "SEM_CLOCK_SHIFT_DAYS": "asked by the guards alone",
    "SEM_FREE_DOCUMENTS": "follows from the mode",
    "SEM_EXPLORER": "follows from the mode",
    "SEM_PUBLIC_ORIGIN": "how our own addresses begin",
    "SEM_TRUSTED_PROXIES": "whose X-Forwarded-For is believed; production wants networks, none of them half the world",
    "SEM_SECRETS_DIR": _PLACE,
    "SEM_FILES_DIR": _PLACE,
    "SEM_FILES_URL": "where documents are kept: production wants a folder, or a bucket over https",
    "AWS_ACCESS_KEY_ID": "as whom the bucket is asked; production with a bucket wants it",
    "AWS_SECRET_ACCESS_KEY": "as whom the bucket is asked; production with a bucket wants it",
    "AWS_SESSION_TOKEN": "as whom the bucket is asked",
    "SEM_TRUST_DIR": "whose signatures and stamps are believed; empty, nobody's, and production refuses",
    "SEM_FRONTEND_DIR": _PLACE,
    "SEM_DOCUMENTS_DIR": _PLACE,
    "SEM_FINES_URL": _ADDRESS,
    "SEM_TSA_URL": "where time stamps are asked for; without it none is had, and no document is called B-LT",
    "SEM_SMTP_URL": "where mail goes",
    "SEM_REGISTER_USER": "as whom the registers are asked",
    "SEM_REGISTER_PASSWORD": "as whom the registers are asked",
    "REDIS_URL": "where Valkey is; away, limits are counted in each process",
    "SEM_REDIS_PREFIX": "begins every key in Valkey",
    "DATABASE_APPLICATION_USER": "who is granted what in a new schema",
    "ROOT_URLCONF": "bench: a look-up without the rest of the platform, as its baseline",
    "backend/billing/evidence.py: getattr(settings, _ADDRESSES[code])": _ADDRESS,
    "backend/billing/gateway_access.py: getattr(settings, f'SEM_{code.upper()}_URL')": _ADDRESS,
    "backend/config/guards.py: getattr(settings, name)": "the guards themselves ask for every address",
}

VARIABLES: Mapping[str, str] = {
    "SEM_MODE": "production is what nobody has to set",
    "SEM_SECRET_KEY": "refused where it is missing or short",
    "SEM_KEY_PASSPHRASE": "refused where it is missing",
    "SEM_CLOCK_SHIFT_DAYS": "refused in production; moves the calendar only",
    "SEM_PUBLIC_ORIGIN": "refused without https",
    "SEM_TRUSTED_PROXIES": "refused where it is half the world",
    "SEM_SECRETS_DIR": _PLACE,
    "SEM_FILES_DIR": _PLACE,
    "SEM_FILES_URL": "where documents are kept: production wants a folder, or a bucket over https",
    "AWS_ACCESS_KEY_ID": "as whom the bucket is asked; production with a bucket wants it",
    "AWS_SECRET_ACCESS_KEY": "as whom the bucket is asked; production with a bucket wants it",
    "AWS_SESSION_TOKEN": "as whom the bucket is asked",
    "SEM_TRUST_DIR": "whose signatures and stamps are believed; empty, nobody's, and production refuses",
    "SEM_TGR_URL": _ADDRESS,
    "SEM_WEBPAY_URL": _ADDRESS,
    "SEM_INSURANCE_URL": _ADDRESS,
    "SEM_INSPECTION_URL": _ADDRESS,
    "SEM_FINES_URL": _ADDRESS,
    "SEM_TSA_URL": "where time stamps are asked for; without it none is had, and no document is called B-LT",
    "SEM_REGISTER_USER": "as whom the registers are asked",
    "SEM_REGISTER_PASSWORD": "as whom the registers are asked",
    "SEM_SMTP_URL": "where mail goes",
    "SEM_REDIS_PREFIX": "begins every key in Valkey",
    "SEM_DATABASE_ROLE": "which of the two roles a process connects as; the database holds the role to its rights",
    "DATABASE_URL": _SET_UP,
    "DATABASE_OWNER_URL": _SET_UP,
    "REDIS_URL": _SET_UP,
    "DJANGO_SETTINGS_MODULE": "Django's own; production takes backend.config.settings and no other",
    "SEM_INSTANCE": "which running demo a command joins",
    "WEB_WORKERS": "how many processes the demo's web has",
    "PATH": _OURS_ONLY,
    "backend/config/environment.py: os.environ.get": "the functions by which settings.py reads what stands above",
    "backend/cli/environment.py: os.environ.items": _OURS_ONLY,
    "backend/cli/environment.py: os.environ.update": _OURS_ONLY,
    "backend/cli/bench_graphql.py: os.environ.update": _OURS_ONLY,
    "backend/cli/bench_stamps.py: os.environ | "
    "{'SANDBOX_PORT': str(port), 'SANDBOX_SMTP_PORT': str(mail_port), 'SANDBOX_PKI': str(directory)}": _OURS_ONLY,
    "backend/cli/database.py: os.environ.update": _OURS_ONLY,
    "backend/cli/schema_template.py: os.environ.update": _OURS_ONLY,
    "backend/cli/guards.py: dumped_template(os.environ)": _OURS_ONLY,
    "backend/cli/node.py: dict(os.environ)": _OURS_ONLY,
    "backend/cli/node.py: {**os.environ, 'PATH': path}": _OURS_ONLY,
}

HEADERS: Mapping[str, str] = {
    "HTTP_HOST": "whose request it is: a row of Domain, or nobody's",
    "REMOTE_ADDR": "the connection's own address, no header",
    "X-Forwarded-For": "believed from configured proxies only",
    "Origin": "compared with registered origins, and with our own",
    "X-CSRFToken": "must be there; Django compares it",
    "Sec-Fetch-Site": "refuses other sites; a browser lets no page write it, and without it the token decides",
    "Accept": "which media type to answer in",
    "Accept-Language": _TEXT,
    "CONTENT_LENGTH": "refuses large bodies before they are read; what is read is measured again",
    "backend/billing/gateways/tgr.py: headers.get(SIGNATURE_HEADER": "a notice's signature, compared in constant time",
    "backend/billing/delivering.py: routing.is_authentic_here(row.gateway, raw, row.headers)": "as kept",
    "from": "first day of a rendition; no header",
    "to": "last day of a rendition; no header",
    "undecided": "only what waits, of a table; no header",
    "backend/billing/callbacks.py: headers=request.headers": "to the gateway, which looks for its signature",
    "backend/cli/loopback.py: headers=request.headers": "a client of the command line, no request to us",
    "backend/receipts/verification_views.py: request.GET.get(name": "folio and code as typed, no header",
    "backend/shared/http.py: headers=request.headers": "our own request to an institution",
}

LOOSENS = {
    "SEM_MODE", "DEBUG", "SECRET_KEY", "SETTINGS_MODULE", "SEM_KEY_PASSPHRASE", "SEM_CLOCK_SHIFT_DAYS",
    "SEM_FREE_DOCUMENTS", "SEM_EXPLORER", "SEM_PUBLIC_ORIGIN", "SEM_TRUSTED_PROXIES", "SEM_SECRETS_DIR",
    "SEM_TRUST_DIR", "SEM_FILES_URL",
}  # fmt: skip

FOLLOWS_FROM_THE_MODE = {
    "SEM_FREE_DOCUMENTS", "SEM_EXPLORER", "_IS_PRODUCTION",
    "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE",
}  # fmt: skip
"""The cookies have their strict form in production; browsers take that form over https only."""

GUARDS = "backend/config/guards.py"
Read = Callable[[str, str], set[str]]


def sources() -> dict[str, str]:
    return {name: text_of(name) for name in source_files(".py") if name.startswith("backend/")}


def unexplained(read: Read, explained: Mapping[str, str], files: Mapping[str, str]) -> dict[str, list[str]]:
    """What is read without a reason, by file."""
    found = {
        name: sorted(what for what in read(name, text) if _reason(what, explained) is None)
        for name, text in files.items()
    }
    return {name: names for name, names in found.items() if names}


def _reason(what: str, explained: Mapping[str, str]) -> str | None:
    """An expression is explained by how it begins."""
    matching = [
        reason for known, reason in explained.items() if what == known or (":" in known and what.startswith(known))
    ]
    return matching[0] if matching else None


TABLES: list[tuple[Read, Mapping[str, str]]] = [
    (settings_read, SETTINGS),
    (variables_read, VARIABLES),
    (headers_read, HEADERS),
]


@pytest.mark.parametrize(("read", "explained"), TABLES)
def test_whatever_is_read_is_explained(read: Read, explained: Mapping[str, str]) -> None:
    assert unexplained(read, explained, sources()) == {}


@pytest.mark.parametrize(("read", "explained"), TABLES)
def test_whatever_is_explained_is_read(read: Read, explained: Mapping[str, str]) -> None:
    found = {what for name, text in sources().items() for what in read(name, text)}

    assert [known for known in explained if not any(_reason(what, {known: ""}) is not None for what in found)] == []


def test_what_could_loosen_the_platform_is_asked_for_by_the_guards() -> None:
    assert settings_read(GUARDS, text_of(GUARDS)) >= LOOSENS
    assert SETTINGS.keys() >= LOOSENS


def test_the_address_of_every_institution_is_asked_for_by_the_guards() -> None:
    named = {node.value for node in ast.walk(ast.parse(text_of(GUARDS))) if isinstance(node, ast.Constant)}

    assert {f"SEM_{code.upper()}_URL" for code in (*gateways(), *registers())} <= named


def test_nothing_but_the_guards_asks_for_the_mode() -> None:
    asking = {name for name, text in sources().items() if "SEM_MODE" in settings_read(name, text)}

    assert asking == {GUARDS}


def test_few_settings_follow_from_the_mode() -> None:
    following = {
        ast.unparse(statement.targets[0])
        for statement in ast.parse(text_of("backend/config/settings.py")).body
        if isinstance(statement, ast.Assign)
        and {"SEM_MODE", "_IS_PRODUCTION"}
        & {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
    }

    assert following == FOLLOWS_FROM_THE_MODE


@pytest.mark.parametrize(
    ("read", "code", "found"),
    [
        (settings_read, "from django.conf import settings\nif settings.SEM_NO_LIMITS: pass", "SEM_NO_LIMITS"),
        (settings_read, "getattr(settings, 'SEM_NO_LIMITS', False)", "SEM_NO_LIMITS"),
        (settings_read, "import django.conf\ndjango.conf.settings.SEM_NO_LIMITS", "SEM_NO_LIMITS"),
        (settings_read, "from django.conf import settings as s", "f.py: from django.conf import settings as s"),
        (settings_read, "from backend.config.settings import X", "f.py: from backend.config.settings import X"),
        (settings_read, "from backend.config import settings as s", "f.py: from backend.config import settings as s"),
        (settings_read, "getattr(settings, name)", "f.py: getattr(settings, name)"),
        (variables_read, "import os\nos.environ.get('SEM_SKIP')", "SEM_SKIP"),
        (variables_read, "import os\nos.environ['SEM_SKIP']", "SEM_SKIP"),
        (variables_read, "import os\n'SEM_SKIP' in os.environ", "SEM_SKIP"),
        (variables_read, "import os\nos.getenv('SEM_SKIP')", "SEM_SKIP"),
        (variables_read, "env.text('SEM_SKIP', '')", "SEM_SKIP"),
        (variables_read, "env.number(name, 0)", "f.py: env.number(name, 0)"),
        (variables_read, "from os import environ", "f.py: from os import environ"),
        (variables_read, "import os\nx = dict(os.environ)", "f.py: dict(os.environ)"),
        (headers_read, "request.headers.get('X-Skip')", "X-Skip"),
        (headers_read, "info.context.request.headers['X-Skip']", "X-Skip"),
        (headers_read, "'X-Skip' in self.request.headers", "X-Skip"),
        (headers_read, "request.META.get('HTTP_X_SKIP')", "HTTP_X_SKIP"),
        (headers_read, "def is_authentic(raw, headers): return headers.get('X-Skip')", "X-Skip"),
        (headers_read, "request.COOKIES['skip']", "skip"),
        (headers_read, "request.GET.get('skip')", "skip"),
        (headers_read, "decide(request.headers)", "f.py: decide(request.headers)"),
    ],
)
def test_a_switch_would_be_found(read: Read, code: str, found: str) -> None:
    """Positive control: somebody who adds one is asked why."""
    explained = next(table for each, table in TABLES if each is read)

    assert unexplained(read, explained, {"f.py": code}) == {"f.py": [found]}
