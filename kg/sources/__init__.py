"""Sources: paths become documents.

`documents` is the story; `places` finds the files, `archives` and `lists` open what holds several, `formats` knows
which reader a file needs, `isolation` runs the readers of foreign formats in a process of their own. What a reader
changes in a text is in docs/readers.md.
"""

from kg.sources.documents import read_document, read_documents, stream_documents
from kg.sources.formats import READERS
from kg.sources.metadata import METADATA_KEYS, infer_title
from kg.sources.plain import decode_text

__all__ = [
    "METADATA_KEYS",
    "READERS",
    "decode_text",
    "infer_title",
    "read_document",
    "read_documents",
    "stream_documents",
]
