"""The documents of a run: what is known of each in memory, their texts in a file, because they may be larger."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, overload

from kg.model import Document


@dataclass(frozen=True, slots=True)
class Documents(Sequence[Document]):
    """Documents in a fixed order; each is read from the disk when it is asked for.

    Attributes:
        bare: the documents with an empty text.
        places: of their texts in the file: offset and length, in bytes.
        file: holds the texts.
    """

    bare: tuple[Document, ...]
    places: tuple[tuple[int, int], ...]
    file: IO[bytes]

    def __len__(self) -> int:
        return len(self.bare)

    @overload
    def __getitem__(self, number: int) -> Document: ...
    @overload
    def __getitem__(self, number: slice) -> Documents: ...
    def __getitem__(self, number: int | slice) -> Document | Documents:
        if isinstance(number, slice):
            return Documents(self.bare[number], self.places[number], self.file)
        return replace(self.bare[number], text=self.text(number))

    def text(self, number: int) -> str:
        """The text of the document with a number.

        Raises:
            OSError: the disk refuses.
        """
        start, length = self.places[number]
        self.file.seek(start)
        return self.file.read(length).decode("utf-8", "surrogatepass")

    def chosen(self, numbers: Iterable[int]) -> Documents:
        """Those with these numbers, in their order."""
        kept = tuple(numbers)
        return Documents(tuple(self.bare[n] for n in kept), tuple(self.places[n] for n in kept), self.file)


@contextmanager
def laid_down(documents: Iterable[Document], near: Path | None = None) -> Iterator[Documents]:
    """Documents whose texts are in a file for the time of the block; they are written one by one.

    Args:
        documents: each is let go when it is written.
        near: folder of the file; the system's for temporary files where there is none.

    Raises:
        OSError: the disk refuses.
    """
    bare, places, end = list[Document](), list[tuple[int, int]](), 0
    with tempfile.TemporaryFile(dir=near) as file:
        for document in documents:
            content = document.text.encode("utf-8", "surrogatepass")
            file.write(content)
            bare.append(replace(document, text=""))
            places.append((end, len(content)))
            end += len(content)
        yield Documents(tuple(bare), tuple(places), file)
