"""One page in several formats: (kind, words) pairs set as text, HTML, Word and PDF, the way programs do it."""

from __future__ import annotations

import html
import io
import textwrap
import warnings
from collections.abc import Sequence
from pathlib import Path

Page = Sequence[tuple[str, str]]

_KINDS = {"# ": "title", "## ": "heading", "* ": "item", "| ": "row"}


def load_page(path: Path) -> Page:
    """A page from a file of a passage on each line: `# title`, `## heading`, `* item`, `| cell|cell`, or paragraph."""
    page = []
    for line in path.read_text("utf-8").splitlines():
        mark = next((m for m in _KINDS if line.startswith(m)), "")
        page.append((_KINDS.get(mark, "paragraph"), line[len(mark) :]))
    return tuple(page)


#: A report of the genre, invented: headline, paragraphs with speech, a list, a roster, figures.
REPORT: Page = load_page(Path(__file__).parent / "data" / "report.page")


def as_text(page: Page, width: int = 76) -> bytes:
    """Hard-wrapped, as mails and old pages are; items on lines of their own."""
    parts: list[str] = []
    before = ""
    for kind, words in page:
        line = f"• {words}" if kind == "item" else words.replace("|", ", ")
        close = kind == before == "item"
        parts += [
            "" if not parts else "\n" if close else "\n\n",
            textwrap.fill(line, width, subsequent_indent="  " * close),
        ]
        before = kind
    return ("".join(parts) + "\n").encode()


def as_html(page: Page) -> bytes:
    tags = {"title": "h1", "heading": "h2", "paragraph": "p", "item": "li"}
    body, before = [], ""
    for kind, words in (*page, ("", "")):
        for own, element in (("item", "ul"), ("row", "table")):
            if kind == own != before:
                body.append(f"<{element}>")
            if before == own != kind:
                body.append(f"</{element}>")
        if kind == "row":
            body.append("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in words.split("|")) + "</tr>")
        elif kind:
            body.append(f"<{tags[kind]}>{html.escape(words)}</{tags[kind]}>")
        before = kind
    title = html.escape(page[0][1])
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title} | The Larkspur Courier</title>'
        f'<meta property="og:site_name" content="The Larkspur Courier"><meta name="author" content="Ines Valdo">'
        f'<meta property="article:published_time" content="2018-06-05T08:00:00Z">'
        f'<link rel="canonical" href="https://courier.example/news/agreement">'
        f'</head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>'
        f"<article>{''.join(body)}</article><footer><p>© The Larkspur Courier. All rights reserved.</p></footer>"
        f"<script>document.write('Odessa Brandvold resigned.')</script></body></html>"
    ).encode()


def as_word(page: Page) -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.title = page[0][1]
    document.core_properties.author = "Ines Valdo"
    document.sections[0].header.paragraphs[0].text = "The Larkspur Courier"
    table = None
    for kind, words in page:
        if kind == "row":
            cells = words.split("|")
            table = table or document.add_table(rows=0, cols=len(cells))
            for cell, text in zip(table.add_row().cells, cells, strict=True):
                cell.text = text
            continue
        styles = {"title": "Title", "heading": "Heading 2", "item": "List Bullet"}
        document.add_paragraph(words, style=styles.get(kind))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def as_pdf(
    page: Page, *, align: str = "L", width: float = 0, size: float = 11, paper: tuple[int, int] = (148, 210)
) -> bytes:
    """With running heads and page numbers, on several small pages; `width` and `paper` in millimetres."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fpdf2 names its own past
        from fpdf import FPDF
        from fpdf.enums import XPos, YPos

    class Printed(FPDF):
        def header(self) -> None:
            self.set_font("Times", "I", 8)
            self.cell(0, 5, "The Larkspur Courier", align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.ln(6)

        def footer(self) -> None:
            self.set_y(-12)
            self.set_font("Times", size=8)
            self.cell(0, 5, f"Page {self.page_no()}", align="C")

    pdf = Printed(format=paper)
    pdf.core_fonts_encoding = "cp1252"
    pdf.set_title(page[0][1])
    pdf.set_author("Ines Valdo")
    pdf.add_page()
    for kind, words in page:
        if kind == "row":
            pdf.set_font("Times", size=size * 0.8)
            for cell in words.split("|"):
                pdf.cell(42, 6, cell)
            pdf.ln(6)
            continue
        big = {"title": 16.0, "heading": 13.0}.get(kind)
        pdf.set_font("Times", "B" if big else "", big or size)
        text = f"• {words}" if kind == "item" else words
        pdf.multi_cell(width, (big or size) * 0.45, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(1 if kind == "item" else 4)
    return bytes(pdf.output())
