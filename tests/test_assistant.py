"""`kg mcp`, called by the protocol's own client."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from kg import api, assistant
from kg.errors import SettingsError

pytest.importorskip("mcp", reason="the SDK of the Model Context Protocol is an extra")

TOOLS = ["list_questions", "describe_question", "ask", "explain", "search", "connect"]


def call(folder: Path, steps: Callable[[Any], Awaitable[Any]]) -> Any:
    """What steps give with a client of a server process that has the folder."""
    from mcp import StdioServerParameters
    from mcp.client.client import Client
    from mcp.client.stdio import stdio_client

    async def talk() -> Any:
        parameters = StdioServerParameters(command=sys.executable, args=["-m", "kg", "mcp", "-d", str(folder)])
        async with Client(stdio_client(parameters)) as client:
            return await steps(client)

    return asyncio.run(asyncio.wait_for(talk(), 60))


def test_a_client_lists_and_calls_every_tool(seeds_folder: Path) -> None:
    async def steps(client: Any) -> dict[str, Any]:
        listed = (await client.list_tools()).tools
        assert all(t.annotations.read_only_hint for t in listed)
        calls: dict[str, dict[str, Any]] = {
            "list_questions": {},
            "describe_question": {"question": "parts-of"},
            "ask": {"question": "parts-of", "parameters": {"whole": "Alisal Union School District"}, "limit": 2},
            "explain": {"term": "Horowitz"},
            "search": {"words": "class size"},
            "connect": {"start": "Horowitz", "end": "Inoue"},
        }
        told = {
            name: json.loads((await client.call_tool(name, given)).content[0].text) for name, given in calls.items()
        }
        wrong = await client.call_tool("explain", {"term": "Nobody At All"})
        update = await client.call_tool("ask", {"question": "DELETE WHERE { ?s ?p ?o }"})
        return {"tools": [t.name for t in listed], **told, "wrong": wrong, "update": update}

    found = call(seeds_folder, steps)
    assert found["tools"] == TOOLS
    assert "parts-of" in found["list_questions"]["questions"]
    assert "Alisal Union School District" in found["describe_question"]["parameters"]["whole"]["values"]
    rows = found["ask"]
    assert (rows["total"], rows["shown"], len(rows["rows"])) == (12, 2, 2)
    assert {"document", "speaker", "status"} <= set(rows["rows"][0])
    statements = found["explain"]["statements"]
    assert statements
    assert all(s["sentences"][0]["words"] and s["sentences"][0]["document"] for s in statements)
    assert found["search"]["total"] >= 2
    assert found["connect"]["chains"][0][0]["statement"]["sentences"]
    for refused, words in (("wrong", "is called"), ("update", "updates are refused")):
        assert found[refused].is_error
        assert words in found[refused].content[0].text
        assert "Traceback" not in found[refused].content[0].text


def test_answers_are_cut_to_a_size_and_say_so(seeds_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = assistant.tools(api.open(seeds_folder))
    whole = json.loads(tools["search"]("the", limit=5))
    assert (whole["shown"], len(whole["statements"])) == (5, 5)
    assert whole["total"] > 5
    monkeypatch.setattr(assistant, "LONGEST", 1000)
    cut = json.loads(tools["search"]("the", limit=5))
    assert cut["shown"] == len(cut["statements"]) < 5
    assert cut["total"] == whole["total"]


def test_without_the_sdk_the_extra_is_named(seeds_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    with pytest.raises(SettingsError, match="not installed") as caught:
        assistant.make_server(api.open(seeds_folder))
    assert "accord-kg[mcp]" in str(caught.value.hint)
