"""The command `kg`: its commands, the options of all of them, and the one place where errors become exit codes.

Exit codes: 0 done, and the answer is yes; 1 done, and the answer is no; 2 it could not be done. Beside them the shell's
own: 130 interrupted, 141 the reader of the output has gone away.
"""

# Annotations are no strings here (`from __future__ import annotations`): typer would compile each at every start.
import gc
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kg import __version__
from kg.cli import render
from kg.cli.coercion import Command, defer
from kg.cli.render import Screen
from kg.errors import KgError

COULD_NOT = 2
INTERRUPTED = 130
PIPE_CLOSED = 141

HELP_OPTIONS = ("-h", "--help")
#: Options of all commands; they may stand before or after the command's name.
EVERYWHERE = ("--quiet", "-q", "--verbose", "-v", "--no-color")

#: Command → module and function, in the order in which one meets them. Only the module of the command that runs is
#: imported, and only its options are made ready: a question must not wait for what other commands need.
COMMANDS = {
    "build": "kg.cli.commands:build",
    "validate": "kg.cli.commands:validate",
    "query": "kg.cli.questions:query",
    "explain": "kg.cli.explanation:explain",
    "path": "kg.cli.connections:path",
    "audit": "kg.cli.auditing:audit",
    "plot": "kg.cli.plotting:plot",
    "coverage": "kg.cli.commands:coverage",
    "verify": "kg.cli.verifying:verify",
    "export": "kg.cli.exporting:export",
    "digest": "kg.cli.exporting:digest",
    "link": "kg.cli.review:link",
    "reconcile": "kg.cli.reconciling:reconcile",
    "ontology": "kg.cli.ontology:ontology",
    "load": "kg.cli.remote:load",
    "diff": "kg.cli.remote:diff",
    "serve": "kg.cli.serving:serve",
    "site": "kg.cli.site:site",
    "mcp": "kg.cli.assistant:mcp",
    "cache": "kg.cli.cache:cache",
    "doctor": "kg.cli.doctor:doctor",
}


#: What the loader of libraries, and libraries themselves, say where memory ends.
_NO_MEMORY = (
    r"failed to map segment|cannot allocate memory|with an exception set|without exception set|not reserve memory block"
)


class Boundary(TyperGroup):
    """The group of commands, which turns every error that a user can mend into a message and an exit code.

    A command returns its exit code, or nothing for 0.
    """

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run one command line and leave with its exit code; KG_DEBUG=1 shows the traceback of any error."""
        del prog_name, standalone_mode
        # typer reads options with pydantic, which would look through all installed packages for plugins of strangers.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        try:
            code = super().main(
                _global_options_first(sys.argv[1:] if args is None else args),
                prog_name="kg",
                complete_var=complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
            sys.stdout.flush()
        except BrokenPipeError:
            _discard_output()
            code = PIPE_CLOSED
        except (typer.Abort, KeyboardInterrupt):
            code = INTERRUPTED
        except KgError as error:
            if os.environ.get("KG_DEBUG") == "1":
                raise
            render.refuse(str(error), error.hint)
            code = COULD_NOT
        except OSError as error:  # the system refuses: a name that is too long, a full disk behind standard output
            if os.environ.get("KG_DEBUG") == "1":
                raise
            reason = error.strerror or str(error)
            hint = "check the path, what you may read and write there, and the space that is left"
            render.refuse(f"{error.filename}: {reason}" if error.filename else reason, hint)
            _discard_output()
            code = COULD_NOT
        except (MemoryError, ImportError, SystemError, ValueError) as error:
            if not isinstance(error, MemoryError) and not re.search(_NO_MEMORY, str(error)):
                raise
            render.refuse(
                "there is not enough memory", "give it fewer documents at a time, --jobs 1, or a larger machine"
            )
            code = COULD_NOT
        except typer.TyperException as error:
            context = getattr(error, "ctx", None)
            render.refuse(error.format_message(), f"see: {context.command_path if context else 'kg'} --help")
            code = COULD_NOT
        sys.exit(code or 0)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The words that are left for the command."""
        defer(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, made when it is asked for; None where there is none."""
        del ctx
        return _command(cmd_name) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the words begin with; for a misspelt one, the nearest are named."""
        try:
            return super().resolve_command(ctx, args)
        except typer.TyperException as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS)
            if near and hasattr(error, "message"):
                error.message = f"{error.message.rstrip('.')}. Did you mean {', '.join(map(repr, near))}?"
            raise

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a closed pipe is dealt with here because typer would answer 1, which means "no"."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _discard_output()
            return PIPE_CLOSED


def _global_options_first(words: Sequence[str]) -> list[str]:
    """The words with the options of all commands moved to the front, where the group looks for them."""
    end = words.index("--") if "--" in words else len(words)
    early = [word for word in words[:end] if word in EVERYWHERE]
    return early + [word for word in words[:end] if word not in EVERYWHERE] + list(words[end:])


def _discard_output() -> None:
    """Send what is still buffered nowhere: the interpreter would fail to write it at exit, and complain."""
    with suppress(OSError, ValueError):  # not a real file: nothing is flushed at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_version(wanted: bool) -> None:
    if wanted:
        render.write(f"kg {__version__}\n")
        raise typer.Exit


def _group(
    ctx: typer.Context,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print only results and errors.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Print what is being done, in detail.")] = False,
    no_color: Annotated[
        bool, typer.Option("--no-color", help="No colours, evidence marked «so»; the variable NO_COLOR does the same.")
    ] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Documents about school labour-management relations as an RDF graph that can be checked sentence by sentence.

    Start with: kg build SOURCE -o out, then: kg query

    Results go to standard output, everything else to standard error. Exit codes: 0 yes, 1 the answer is no
    (violations, a mismatch, ASK false, a document skipped), 2 it could not be done. --quiet, --verbose and --no-color
    may stand anywhere on the line.
    """
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a character gets its code, not a traceback
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    ctx.obj = Screen(quiet=quiet, verbose=verbose and not quiet, color=not no_color and not os.environ.get("NO_COLOR"))
    if ctx.invoked_subcommand is None:
        render.write(f"{ctx.get_help()}\n")


def _command(name: str) -> Any:
    module, _, function = COMMANDS[name].partition(":")
    made = typer.Typer(
        context_settings={"help_option_names": list(HELP_OPTIONS)}, add_completion=False, rich_markup_mode=None
    )
    made.command(name, cls=Command)(getattr(import_module(module), function))
    return typer.main.get_command(made)


def make_app() -> typer.Typer:
    """The command-line application; its commands are those of `COMMANDS`."""
    return typer.Typer(
        name="kg",
        cls=Boundary,
        callback=_group,
        invoke_without_command=True,
        context_settings={"help_option_names": list(HELP_OPTIONS)},
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


app = make_app()


def main() -> None:
    """Entry point of the command `kg`.

    What was imported stays, and what is left at the end goes with the process: the collector need not look through it.
    """
    gc.freeze()
    try:
        app()
    finally:
        gc.freeze()
