"""The command mcp: the graph as tools for assistants."""

from __future__ import annotations

import typer

from kg.cli import data
from kg.cli.questions import DataOption


def mcp(ctx: typer.Context, source: DataOption = None) -> None:
    """Offer the graph to assistants that speak MCP.

    It is a server of the Model Context Protocol on standard input and output. Tools list the canned questions, ask them
    or SPARQL, explain a thing, search, and connect two things. They read only, and every answer carries its sentences.
    Needs: pip install 'accord-kg[mcp]'.
    """
    del ctx
    from kg import api
    from kg.assistant import serve

    serve(api.open(data.chosen(source)))
