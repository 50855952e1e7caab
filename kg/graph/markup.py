"""Statements and answers as HTML for notebooks: no script, no style sheet, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.graph.explain import Explanation
    from kg.graph.paths import Chain
    from kg.graph.stated import Explained, Place

#: Rows that a table shows; programs have all.
SHOWN = 100
#: How a statement looks that is no fact: told by its label too, not by colour alone.
_STATUS = {"Asserted": "#1a7f37", "Reported": "#0969da", "Denied": "#cf222e"}
_OTHER = "#9a6700"


def answer_html(columns: Sequence[str], rows: Sequence[Sequence[str]], yes: bool | None) -> str:
    """A table, or what ASK says."""
    if yes is not None:
        return f"<strong>{'yes' if yes else 'no'}</strong>"
    head = "".join(f'<th scope="col" style="text-align:left">{escape(name)}</th>' for name in columns)
    cell = '<td style="text-align:left;vertical-align:top">'
    body = "".join(f"<tr>{''.join(f'{cell}{escape(v)}</td>' for v in row)}</tr>" for row in rows[:SHOWN])
    more = f"<p>{len(rows) - SHOWN} more rows</p>" if len(rows) > SHOWN else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def statement_html(statement: Explained) -> str:
    """A statement with its status, who says so, and its words in their places."""
    color = _STATUS.get(statement.status, _OTHER)
    status = f'<span style="border:1px solid {color};border-radius:3px;color:{color};padding:0 .3em">'
    status = f"{status}{escape(statement.status)}</span> " if statement.status else ""
    said = f" <small>said by {escape(statement.speaker)}</small>" if statement.speaker else ""
    line = f"{escape(statement.subject)} <em>{escape(statement.group)}</em> {escape(statement.value)}"
    places = "".join(map(_place, statement.places))
    about = escape(f"rule {statement.rule}, confidence {statement.confidence}")
    return f"<div>{status}<strong>{line}</strong>{said}{places}<small>{about}</small></div>"


def explanation_html(explanation: Explanation) -> str:
    """Everything that is stated about a thing."""
    names = escape(explanation.names[0] if explanation.names else explanation.iri)
    also = f"<p>also: {escape('; '.join(explanation.names[1:]))}</p>" if explanation.names[1:] else ""
    groups = (
        f"<h4>{escape(group)} ({len(statements)})</h4>{''.join(map(statement_html, statements))}"
        for group, statements in explanation.groups
    )
    return f"<h3>{names} ({escape(', '.join(explanation.kinds))})</h3>{also}{''.join(groups)}"


def chain_html(chain: Chain) -> str:
    """A way from one thing to another, each hop with its first statement."""
    hops = (
        f"<li>{escape(hop.source)} {hop.relations[0].direction} {escape(hop.target)}"
        f"{statement_html(hop.relations[0].statement)}</li>"
        for hop in chain.hops
    )
    return f"<ol>{''.join(hops)}</ol>"


def statements_html(statements: Iterable[Explained]) -> str:
    """Several statements, one under the other."""
    return "".join(map(statement_html, statements))


def _place(place: Place) -> str:
    words, end = [], 0
    for start, stop in sorted(place.marks):
        if start >= end:  # marks may overlap: the first wins
            words += [escape(place.exact[end:start]), f"<mark>{escape(place.exact[start:stop])}</mark>"]
            end = stop
    words.append(escape(place.exact[end:]))
    where = escape(f"{place.document}, {place.start}–{place.end}")
    return f'<blockquote style="margin:.2em 1em">{"".join(words)} <small>({where})</small></blockquote>'
