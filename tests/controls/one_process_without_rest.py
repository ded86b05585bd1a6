"""Requests in a process of their own (tests/api/one_process.py) that never leaves Valkey alone."""

from backend.shared.breaker import Breaker

Breaker._admit = lambda self: 0  # type: ignore[method-assign] # that is the control

from tests.api.one_process import main  # noqa: E402 - with the guard away

main()
