"""CPU of the look-up of debts: through POST /graphql/public, and through benchmarks/baseline_debt_view.py.

Both go through the same WSGI handler, middleware and persistent connection in this process, to a real PostgreSQL with
loaded rolls, and ask for the same vehicles. CPU of PostgreSQL and Valkey is not in the figure.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from io import BytesIO
from itertools import count
from typing import Any, NamedTuple

from backend.cli import application, demo_setup
from backend.cli.bench_report import Report
from backend.cli.bench_rounds import Call, Cost, interleaved
from backend.cli.console import step
from backend.cli.demo_addresses import examples
from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES
from backend.cli.environment import build_environment
from backend.cli.instance import acquire
from backend.cli.instance_for_tests import DAY
from backend.cli.once_browser import document_id
from backend.cli.paths import PUBLIC_DOCUMENTS
from backend.cli.problems import Problem
from backend.cli.servers import servers
from sandbox.rolls import RollVehicle

GOAL = 1.8
_VEHICLES = 600  # of each municipality: no plate is asked often enough for its limit
_ORDERED = 30  # one vehicle in so many has an order under way
_CALLS = 20
_API, _FREE, _BASELINE, _NOTHING = "api", "api_free_document", "baseline", "nothing"
_LABELS = {
    _API: "API, document of the allow-list",
    _FREE: "API, free document with limits and caches",
    _BASELINE: "plain JSON view with the same queries (baseline)",
    _NOTHING: "view that does nothing",
}


class Asked(NamedTuple):
    host: str
    origin: str
    vehicle: RollVehicle


def measure_graphql(*, rounds: int) -> Report:
    """Set the instance `bench` up, measure, stop it. Raises `Problem` where both views do not answer the same."""
    with _tables() as (env, vehicles):
        os.environ.update(env)
        os.environ["SEM_REDIS_PREFIX"] += f"-{os.urandom(4).hex()}"  # limits that no earlier run has used up
        application.enter()
        from django.conf import settings
        from django.db import connection

        settings.ROOT_URLCONF = "benchmarks.baseline_debt_view"
        asked = [
            Asked(f"{town.host}:{env['PORT']}", demo_setup.page_origin(town, env), vehicle)
            for town in DEMO_MUNICIPALITIES
            for vehicle in examples(vehicles[town.slug], lambda _: True)
        ]
        asked = asked[::2] + asked[1::2]
        with step("Orders, comparison, warm-up / órdenes, comparación, calentamiento"):
            for town in DEMO_MUNICIPALITIES:
                _order_some(town.slug, vehicles[town.slug])
            views = Views(asked)
            views.compare(60)
        with step(f"{rounds} rounds / rondas"):
            costs = interleaved({kind: views.preparing(kind) for kind in _LABELS}, rounds=rounds, calls=_CALLS)
        connection.close()
    return _report(costs, rounds)


def _report(costs: Mapping[str, Cost], rounds: int) -> Report:
    base = costs[_BASELINE].p25
    return Report(
        name="graphql",
        figure=costs[_API].p25 / base,
        unit="× CPU of a plain JSON view",
        goal=GOAL,
        rows=[(_LABELS[kind], f"{cost.p25:7.0f} µs   × {cost.p25 / base:.2f}") for kind, cost in costs.items()],
        details={
            "rounds": rounds,
            "calls_per_round": _CALLS,
            "costs": {kind: cost.as_json() for kind, cost in costs.items()},
            "ratios": {kind: round(cost.p25 / base, 3) for kind, cost in costs.items()},
        },
    )


@contextmanager
def _tables() -> Iterator[tuple[Mapping[str, str], Mapping[str, Sequence[RollVehicle]]]]:
    with ExitStack() as stack:
        instance = stack.enter_context(acquire("bench", or_next=True))
        with step("PostgreSQL, Valkey"):
            addresses = stack.enter_context(servers(instance))
        env = build_environment(instance, addresses, mode="test", day=DAY)
        with step("Municipalities, rolls / municipalidades, nóminas"):
            demo_setup.make_keys(env)
            demo_setup.create_municipalities(env)
            vehicles = demo_setup.load_rolls(instance, env, day=DAY, first=1, count=_VEHICLES)
        yield env, vehicles


def _order_some(slug: str, vehicles: Sequence[RollVehicle]) -> None:
    """Give one vehicle in thirty today's evidence and an open order."""
    from backend.billing.models import CheckEvidence
    from backend.billing.operations import create_order
    from backend.billing.order_input import WantedItem
    from backend.billing.queries import find_debts, obligation_of
    from backend.billing.quoting import OptionNotAvailable
    from backend.billing.slots import SlotTaken
    from backend.shared import clock

    with application.municipality(slug):
        for vehicle in vehicles[::_ORDERED]:
            fields = {"plate": vehicle.plate, "rut": vehicle.rut}
            found = find_debts(service="circulation_permit", fields=fields, today=clock.today())[0]
            if found.open_order or found.is_paid:
                continue
            CheckEvidence.objects.bulk_create(
                CheckEvidence(
                    obligation_id=obligation_of(found.id),
                    check_code=code,
                    outcome="OK",
                    asked_on=clock.today(),
                    asked_at=clock.now(),
                )
                for code in found.service.checks
            )
            try:
                create_order(
                    items=[WantedItem(debt=found.id, option="single")],
                    email="contribuyente@bench.example",
                    key=f"bench-{os.urandom(8).hex()}",
                    return_url=None,
                    language="es",
                    now=clock.now(),
                )
            except (OptionNotAvailable, SlotTaken):
                continue


class Views:
    """The WSGI handler as a server would call it, and the requests of each kind."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        from django.core.handlers.wsgi import WSGIHandler

        self._handler = WSGIHandler()
        self._asked = asked
        self._numbers = {kind: count() for kind in _LABELS}
        self._client = count()
        self._free = (PUBLIC_DOCUMENTS / "debtSearch.graphql").read_text()

    def preparing(self, kind: str) -> Any:
        """Give what makes the calls of one round."""
        return lambda calls: [self._call(kind, self._next(kind)) for _ in range(calls)]

    def compare(self, number: int) -> None:
        """Raise `Problem` unless the three views tell the same of the first vehicles; the first requests warm up."""
        for asked in self._asked[:number]:
            plain = self._answer(_BASELINE, asked)
            for kind in (_API, _FREE):
                told = self._answer(kind, asked)["data"]["debtSearch"]
                if not plain["debts"] or shape_of(told) != shape_of(plain):
                    raise Problem(
                        f"The baseline does not answer as the {_LABELS[kind]} does.",
                        f"It is changed by a decision in docs/adr only.\nAPI: {told}\nbaseline: {plain}",
                    )

    def _next(self, kind: str) -> Asked:
        return self._asked[next(self._numbers[kind]) % len(self._asked)]

    def _answer(self, kind: str, asked: Asked) -> dict[str, Any]:
        status, body = self._run(self._environ(kind, asked))
        if not status.startswith("200"):
            raise Problem(f"{_LABELS[kind]} answered {status}.", body.decode())
        answer: dict[str, Any] = json.loads(body)
        return answer

    def _call(self, kind: str, asked: Asked) -> Call:
        environ, least = self._environ(kind, asked), 2 if kind == _NOTHING else 500

        def call() -> None:
            status, body = self._run(environ)
            if not status.startswith("200") or len(body) < least:  # a rate limit answers 200, in few words
                raise Problem(f"{_LABELS[kind]} answered {status}.", body.decode())

        return call

    def _run(self, environ: dict[str, Any]) -> tuple[str, bytes]:
        told: list[str] = []

        def start_response(status: str, headers: object, error: object = None) -> Any:
            told.append(status)

        response: Any = self._handler(environ, start_response)
        body = b"".join(response)
        response.close()
        return told[0], body

    def _environ(self, kind: str, asked: Asked) -> dict[str, Any]:
        vehicle = asked.vehicle
        plate = f"{vehicle.plate}-{vehicle.check_digit}"
        fields = [{"name": "plate", "value": plate}, {"name": "rut", "value": vehicle.rut}]
        variables = {"input": {"service": "circulation_permit", "fields": fields}}
        path, content = {
            _API: ("", {"documentId": document_id("debtSearch"), "variables": variables}),
            _FREE: ("", {"query": self._free, "variables": variables}),
            _BASELINE: ("/baseline", {"plate": plate, "rut": vehicle.rut}),
            _NOTHING: ("/nothing", {}),
        }[kind]
        body = json.dumps(content).encode()
        client = next(self._client)  # another network each time, below the limit of one
        return {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/graphql/public{path}",
            "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": asked.host.rpartition(":")[2],
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": f"10.{client >> 16 & 255}.{client >> 8 & 255}.{client & 255}",
            "HTTP_HOST": asked.host,
            "HTTP_ORIGIN": asked.origin,
            "HTTP_ACCEPT_LANGUAGE": "es-CL",
            "HTTP_ACCEPT": "application/graphql-response+json, application/json",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }


def shape_of(value: Any) -> Any:
    """Give structure, numbers and truth values of an answer; words may be others, but must be there."""
    match value:
        case dict():
            return {name: shape_of(each) for name, each in value.items()}
        case list():
            return [shape_of(each) for each in value]
        case str():
            return "…" if value else ""
        case _:
            return value
