"""What a user adds to Accord for a run: files beside those of the package, by the folder that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Added(NamedTuple):
    """One file of a user.

    Attributes:
        folder: "ontology", "shapes", "queries", "authority" or "decisions".
        name: in that folder; it begins with "+" (with "lexicon+" for a lexicon), so that it never hides a file of ours.
            A question is called what its file is called.
        content: its bytes.
        place: its path as the user wrote it, for messages.
    """

    folder: str
    name: str
    content: bytes
    place: str


@dataclass(frozen=True, slots=True, eq=False)
class Extension:
    """All files that a user adds, in order of folder and name.

    An extension equals only itself, so that it is a cheap key of what is read with it.
    """

    files: tuple[Added, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files)


NONE = Extension()
