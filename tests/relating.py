"""What the relation finders state about a context, in a form that tests can compare."""

from __future__ import annotations

from kg.extract.context import Context
from kg.extract.relations import Relations, find_relations
from kg.lexicon import load_lexicon
from kg.model import Attribution, Date

Fact = tuple[str, str, str]


def relate(context: Context, *attributions: Attribution) -> Relations:
    """All that the finders state."""
    return find_relations(context, load_lexicon(), attributions, {})


def facts(relations: Relations, status: str = "Asserted") -> set[Fact]:
    """(subject, predicate, object or date) of the assertions of one status."""
    return {
        (a.subject, a.predicate, a.object.value if isinstance(a.object, Date) else a.object)
        for a in relations.assertions
        if a.grounds.status == status
    }


def roles(relations: Relations) -> set[tuple[str, str, str | None, bool]]:
    """(person, title, organization, former) of the roles."""
    return {(m.member, m.role_title, m.organization, m.former) for m in relations.memberships if m.role_title}
