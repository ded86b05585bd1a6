"""What a document begins with: the base of its shape, then blocks of objects that it shares with other documents.

The block of a theme (`looks`) serves all documents of a municipality, that of what validates a signature those of a
signer's hour (`backend.signing.pdf_store`). Each part is stored once, and hashed once.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from backend.receipts.compiler.bases import STORE, Base, written_object
from backend.signing.pdf_store import EMPTY, store_objects
from backend.signing.validation_data import ValidationData

_MOST = 2_000
"""Kept in the process, of some 4 KB each beside what they share: a shape, a theme and a signer's hour."""

_IN_USE, _FREE = b"%010d 00000 n \n", b"0000000000 65535 f \n"
_LENGTH = len(_FREE)


@dataclass(frozen=True, eq=False)
class Block:
    """Objects in a row, and where each begins, from the beginning of the block."""

    content: bytes
    places: Mapping[int, int]


def block_of(objects: Iterable[tuple[int, bytes]]) -> Block:
    """Write objects, each with its number, in a row."""
    content, places = bytearray(), {}
    for number, written in objects:
        places[number] = len(content)
        content += written_object(number, written)
    return Block(bytes(content), places)


@dataclass(frozen=True, eq=False)
class Beginning:
    """All that a document shares with others. `shared` is the part of `pieces` that is stored once for all of them."""

    pieces: tuple[bytes, ...]
    shared: tuple[bytes, ...]
    length: int
    entries: bytes
    """The cross-reference table (7.5.4) of its objects."""

    hashed: "hashlib._Hash"

    def table(self) -> "Table":
        """Begin the table of a document."""
        return Table(self.entries)

    def sha256(self, *pieces: bytes | memoryview) -> "hashlib._Hash":
        """Hash the beginning and what follows it; the beginning itself is hashed once."""
        hashed = self.hashed.copy()
        for piece in pieces:
            hashed.update(piece)
        return hashed

    def followed_by(self, block: Block, *, is_shared: bool) -> "Beginning":
        """Give the beginning with one more block."""
        table = Table(self.entries)
        for number, place in block.places.items():
            table.note(number, self.length + place)
        return Beginning(
            pieces=(*self.pieces, block.content),
            shared=(*self.shared, block.content) if is_shared else self.shared,
            length=self.length + len(block.content),
            entries=table.entries(),
            hashed=self.sha256(block.content),
        )


class Table:
    """A cross-reference table: where each object begins, twenty bytes for each; numbers that nothing has are free."""

    def __init__(self, entries: bytes) -> None:
        self._entries = bytearray(entries)

    def note(self, number: int, place: int) -> None:
        """Say where an object begins."""
        self._entries[_LENGTH * number : _LENGTH * (number + 1)] = _IN_USE % place

    def entries(self) -> bytes:
        """Give what is known by now."""
        return bytes(self._entries)

    def written(self, place: int, base: Base, identity: bytes) -> bytes:
        """Write table and trailer (7.5.5), which begin at a place of the file. `identity`: in hexadecimal."""
        trailer = b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [ <%s> <%s> ] >>\nstartxref\n%d\n%%%%EOF\n"
        return b"".join(
            (
                b"xref\n0 %d\n" % base.size,
                self._entries,
                trailer % (base.size, base.root, base.information, identity, identity, place),
            )
        )


@lru_cache(maxsize=_MOST)
def beginning_of(base: Base, look: Block | None, data: ValidationData | None) -> Beginning:
    """Put base and blocks together; without data the store is empty, and belongs to the tail."""
    return _dressed(base, look).followed_by(_block(data), is_shared=data is not None)


@lru_cache(maxsize=_MOST)
def _dressed(base: Base, look: Block | None) -> Beginning:
    if look is not None:
        return _dressed(base, None).followed_by(look, is_shared=True)
    entries = b"".join(_IN_USE % base.offsets[n] if n in base.offsets else _FREE for n in range(base.size))
    return Beginning((base.content,), (base.content,), len(base.content), entries, base.hashed)


@lru_cache(maxsize=_MOST)
def _block(data: ValidationData | None) -> Block:
    """Write the store and its streams."""
    return block_of([(STORE[0], EMPTY)] if data is None else store_objects(data, STORE))
