"""Faults that a test orders: which institution misbehaves how, how often, and for whom."""

import itertools
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

HTTP_KINDS = ("slow", "error_500", "garbage", "timeout", "refuse")
TGR_KINDS = (
    "duplicate_notice",
    "notice_before_return",
    "no_notice",
    "late_notice",
    "overtaken_notice",
    "wrong_amount",
    "bad_signature",
    "accept_late",
    "double_capture",
)
AUTHORITY_KINDS = ("stale", "revoked", "unknown", "of_another", "bad_signature")
TSA_KINDS = ("wrong_nonce", "wrong_hash", "bad_signature", "expired_certificate", "rejection")
WEBPAY_KINDS = ("wrong_amount", "fails_first")
FILE_KINDS = (
    "file_missing_lines",
    "file_late_lines",
    "file_repeated_lines",
    "file_extra_lines",
    "file_foreign_lines",
    "file_dirty_rows",
    "file_wrong_amount",
    "file_cut_off",
    "deposit_withholds",
    "deposit_leaves_out",
)
SMTP_KINDS = ("refuse_4xx", "refuse_5xx", "slow", "die_after_data", "timeout", "refuse")
KINDS: Mapping[str, tuple[str, ...]] = {
    "tgr": HTTP_KINDS + TGR_KINDS + FILE_KINDS,
    "webpay": HTTP_KINDS + WEBPAY_KINDS,
    "insurance": HTTP_KINDS,
    "inspection": HTTP_KINDS,
    "fines": HTTP_KINDS,
    "authority": HTTP_KINDS + AUTHORITY_KINDS,
    "tsa": HTTP_KINDS + TSA_KINDS,
    "smtp": SMTP_KINDS,
}


class UnknownFault(ValueError):
    """Raised by `FaultBoard.order`: no such institution or kind, or a value of the wrong type."""


@dataclass(frozen=True)
class Fault:
    """`times` None: until it is deleted. `match`: only where the plate, IDEXT or address contains it.

    What is asked of the authority is ocsp, root.crl or ca.crl.

    `percent`: so many of a hundred uses, evenly spread: with 90 each tenth is spared.
    """

    id: int
    institution: str
    kind: str
    times: int | None
    match: str
    seconds: float | None
    amount: int | None
    percent: int = 100


class FaultBoard:
    """The orders in force. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._faults: dict[int, tuple[Fault, int | None]] = {}
        self._met: dict[int, int] = {}  # how often a fault could have applied

    def order(self, wish: Mapping[str, object]) -> Fault:
        """Register a fault. Raises UnknownFault."""
        institution, kind = str(wish.get("institution")), str(wish.get("kind"))
        if kind not in KINDS.get(institution, ()):
            raise UnknownFault(f"{institution}: {kind}; known: {dict(KINDS)}")
        times, seconds, amount = wish.get("times"), wish.get("seconds"), wish.get("amount")
        if times is not None and (not isinstance(times, int) or times < 1):
            raise UnknownFault("times must be a whole number above zero")
        if seconds is not None and not isinstance(seconds, int | float):
            raise UnknownFault("seconds must be a number")
        if amount is not None and not isinstance(amount, int):
            raise UnknownFault("amount must be whole pesos")
        percent = wish.get("percent", 100)
        if not isinstance(percent, int) or not 1 <= percent <= 100:
            raise UnknownFault("percent must be a whole number from 1 to 100")
        with self._lock:
            fault = Fault(
                id=next(self._ids),
                institution=institution,
                kind=kind,
                times=times,
                match=str(wish.get("match") or ""),
                seconds=seconds,
                amount=amount,
                percent=percent,
            )
            self._faults[fault.id] = (fault, times)
            return fault

    def delete(self, fault_id: int | None = None) -> None:
        """Take back one order, or all of them."""
        with self._lock:
            if fault_id is None:
                self._faults.clear()
            else:
                self._faults.pop(fault_id, None)

    def take(self, institution: str, kinds: Iterable[str], *subjects: str) -> Fault | None:
        """Give the oldest fault that applies, and count it as used."""
        with self._lock:
            applying = self._applying(institution, kinds, subjects)
            fault = next((each for each in applying if self._is_its_turn(each)), None)
            if fault is not None:
                left = self._faults[fault.id][1]
                if left == 1:
                    del self._faults[fault.id]
                elif left is not None:
                    self._faults[fault.id] = (fault, left - 1)
            return fault

    def is_ordered(self, institution: str, kind: str, *subjects: str) -> bool:
        """Tell whether `take` would give one, without using it up."""
        with self._lock:
            return any(True for _ in self._applying(institution, (kind,), subjects))

    def in_force(self, institution: str, kind: str, *subjects: str) -> Fault | None:
        """Give the fault that `take` would give, without using it up."""
        with self._lock:
            return next(self._applying(institution, (kind,), subjects), None)

    def is_in_force(self, fault: Fault) -> bool:
        with self._lock:
            return fault.id in self._faults

    def overview(self) -> list[dict[str, object]]:
        with self._lock:
            return [asdict(fault) | {"left": left} for fault, left in self._faults.values()]

    def _applying(self, institution: str, kinds: Iterable[str], subjects: tuple[str, ...]) -> Iterator[Fault]:
        wanted = tuple(kinds)
        for fault, _left in list(self._faults.values()):
            applies = not fault.match or any(fault.match.casefold() in subject.casefold() for subject in subjects)
            if fault.institution == institution and fault.kind in wanted and applies:
                yield fault

    def _is_its_turn(self, fault: Fault) -> bool:
        met = self._met[fault.id] = self._met.get(fault.id, 0) + 1
        return met * fault.percent // 100 > (met - 1) * fault.percent // 100
