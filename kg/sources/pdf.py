"""PDF files: the runs of words on their pages, as pypdf finds them, become lines; `reflow` makes paragraphs of them."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kg.errors import InputError
from kg.limits import Limits, check
from kg.sources.extract import Extract, raised, set_text
from kg.sources.reflow import BULLET_ALONE, CELL, Line, reflow, width_of

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"}
    | dict.fromkeys("\x7f\uf0b7\uf0a7\uf0d8\uf0fc", "•")
)
_MEND = "save its text as .txt, or print it to a new PDF"


def read_pdf(content: bytes, limits: Limits) -> Extract:
    """The text of a PDF: paragraphs on one line each, without running heads, feet and page numbers.

    Raises:
        InputError: no PDF, a damaged or encrypted one, or one without text; LimitError where it is too large.
        ImportError: pypdf is not installed.
    """
    from pypdf import PdfReader
    from pypdf.errors import LimitReachedError, PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        _decrypt(reader)
        check(limits, "pages", reader.get_num_pages())
        lines: list[Line] = []
        count = 0
        for count, page in enumerate(reader.pages, 1):
            check(limits, "pages", count)
            lines += _lines(page, count - 1)
        metadata = _metadata(reader)
    except InputError:
        raise
    except ImportError as error:  # pypdf's own extra for ciphers
        raise InputError("encrypted", hint="save it without a password") from error
    except RecursionError as error:
        raise InputError("a damaged PDF: its objects lead in circles", hint=_MEND) from error
    except LimitReachedError:
        check(limits, "unpacked_size", limits.unpacked_size + 1)
        raise
    except (PyPdfError, *_DAMAGED) as error:
        raise InputError(f"a damaged PDF ({type(error).__name__})", hint=_MEND) from error
    return replace(set_text(reflow(lines), limits, count), metadata=metadata)


def _decrypt(reader: PdfReader) -> None:
    if reader.is_encrypted and not reader.decrypt(""):
        raise InputError("encrypted", hint="save it without a password")


#: What escapes from pypdf on malformed files beside its own errors.
_DAMAGED = (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, AssertionError, OSError,
            NotImplementedError)  # fmt: skip


def _lines(page: PageObject, number: int) -> list[Line]:
    """The lines of a page in the order in which it was written."""
    runs: list[tuple[str, float, float, float]] = []

    def keep(text: str, outer: list[float], inner: list[float], _font: Any, size: float) -> None:
        if text.strip():
            a, b, c, d = outer[0], outer[1], outer[2], outer[3]
            x = inner[4] * a + inner[5] * c + outer[4]
            y = inner[4] * b + inner[5] * d + outer[5]
            scale = math.sqrt(abs((inner[0] * inner[3] - inner[1] * inner[2]) * (a * d - b * c)))
            place = (x, y, abs(size) * scale)
            runs.append((text, *place) if all(map(math.isfinite, place)) else (text, 0.0, 0.0, 0.0))

    page.extract_text(visitor_text=keep)
    height, bottom = float(page.mediabox.height) or 1.0, float(page.mediabox.bottom)
    lines: list[Line] = []
    for text, x, y, size in runs:
        for row, words in enumerate(text.rstrip("\n").split("\n")):
            line = Line(
                text=_normal(words),
                page=number,
                x=x,
                y=y - row * 1.2 * size,
                size=size or 10.0,
                end=x + width_of(words.rstrip(), size),
                place=(y - bottom) / height,
            )
            if row == 0 and lines and (joined := _joined(lines[-1], line)):
                lines[-1] = joined
            elif line.text.strip():
                lines.append(line)
    return lines


def _normal(words: str) -> str:
    return unicodedata.normalize("NFC", words.translate(_LIGATURES).replace("\t", " "))


def _joined(line: Line, run: Line) -> Line | None:
    """A line with the run that stands beside its end; None where that stands elsewhere."""
    size = max(line.size, run.size)
    if abs(line.y - run.y) > 0.6 * size or run.x < line.x:
        return None
    if BULLET_ALONE.fullmatch(line.text):
        return replace(run, text=f"{line.text.strip()} {run.text.lstrip()}", x=line.x)
    text = run.text
    if run.size < 0.85 * line.size and len(text.strip()) <= 3 and not line.text.endswith(tuple("0123456789$€£")):
        text = raised(text)
        line = line if text == run.text else replace(line, text=line.text.rstrip(" "))
    if run.x - line.end > 3 * size and len(line.text) <= 40 and abs(line.y - run.y) < 0.1 * size:
        text = CELL + text.lstrip()
    gap = run.x - line.end
    starts = line.starts if text.startswith(CELL) else (*line.starts, (len(line.text), run.x, gap))
    most = run.size if len(run.text) > len(line.text) else line.size
    return replace(line, text=line.text + text, size=most, end=run.end, starts=starts)


def _metadata(reader: PdfReader) -> dict[str, str]:
    """What the information dictionary says; malformed, it says nothing."""
    from pypdf.errors import PyPdfError

    found: dict[str, str] = {}
    for key, entry in (("title", "/Title"), ("author", "/Author"), ("date", "/CreationDate")):
        try:
            value = reader.metadata.get(entry) if reader.metadata else None
        except (PyPdfError, *_DAMAGED):
            continue
        if isinstance(value, str) and value.strip():
            found[key] = _date(value) if key == "date" else value
    return {key: value for key, value in found.items() if value}


def _date(value: str) -> str:
    """The ISO form of "D:20190304120000+01'00'"; empty where it is none."""
    found = re.match(r"(?:D:)?(\d{8})", value)
    try:
        return datetime.strptime(found[1], "%Y%m%d").date().isoformat() if found else ""  # noqa: DTZ007 -- only a day
    except ValueError:
        return ""
