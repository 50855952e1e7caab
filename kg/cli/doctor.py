"""The command doctor: what is installed, what is missing, and the mend for each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from kg.cli import health, render
from kg.cli.health import Check, State
from kg.cli.remote import (
    ENDPOINT,
    Access,
    AllowHttpOption,
    PasswordOption,
    ProfileOption,
    TimeoutOption,
    TokenOption,
    UserOption,
    opened,
)
from kg.cli.render import Screen
from kg.errors import KgError

NO = 1


def doctor(
    ctx: typer.Context,
    endpoint: Annotated[
        str,
        typer.Option(
            "--endpoint",
            metavar="URL|DIR",
            help=f"A triple store that is to be reached, or its folder. Default: ${ENDPOINT}.",
            show_default=False,
        ),
    ] = "",
    user: UserOption = None,
    password_file: PasswordOption = None,
    token_file: TokenOption = None,
    profile: ProfileOption = None,
    allow_http: AllowHttpOption = False,
    timeout: TimeoutOption = 10.0,
) -> int:
    """Check the installation, and tell how to mend it.

    Looked at are Python, the packages and their versions, the language model file by file, extras, Accord's own files,
    the cache, the pages, variables, the terminal and, where one is named, a triple store. Each line begins with ok,
    note (something optional is absent), warn or fail; --quiet leaves out what is ok. The exit code is 1 where something
    fails.
    """
    screen: Screen = ctx.obj
    named = endpoint or os.environ.get(ENDPOINT, "")
    access = Access(
        user=user,
        password_file=password_file,
        token_file=token_file,
        profile=profile,
        allow_http=allow_http,
        timeout=timeout,
    )
    failed = 0
    for check in _checks(named, access):
        failed += check.state is State.FAIL
        if check.state is State.OK and screen.quiet:
            continue
        render.write(f"{check.state.value:4}  {check.subject}: {render.folded(check.found)}\n")
        if check.mend:
            render.write(f"      mend: {render.folded(check.mend)}\n")
    return NO if failed else 0


def _checks(endpoint: str, access: Access) -> Iterator[Check]:
    yield health.check_python()
    yield from health.check_packages()
    yield health.check_language_model()
    yield health.check_assets()
    yield health.check_cache()
    yield health.check_pages()
    yield from health.check_settings()
    yield health.check_terminal()
    if endpoint:
        yield _check_store(endpoint, access)


def _check_store(endpoint: str, access: Access) -> Check:
    """Whether a store answers a question; nothing is written to it."""
    from kg.limits import LimitError

    if "://" not in endpoint and not Path(endpoint).exists():  # opening it would make it
        return Check(State.FAIL, "store", f"{endpoint}: there is no such folder", f"make it: kg load {endpoint}")
    try:
        with opened(endpoint, access) as store:
            store.select("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1")
            return Check(State.OK, "store", f"{store.where} answers, as {store.profile.name}")
    except LimitError as error:  # the store is there
        return Check(State.WARN, "store", str(error), error.hint or "")
    except KgError as error:
        return Check(State.FAIL, "store", str(error), error.hint or "check the address, and that the store runs")
