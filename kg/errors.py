"""Errors that a user can mend: what went wrong, where, and what to do about it."""

from __future__ import annotations


class KgError(Exception):
    """Base of all errors that Accord reports without a traceback.

    Args:
        message: what went wrong, one sentence without a final full stop.
        where: file, line, endpoint or parameter that it happened at.
        hint: what the user can do about it.
    """

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class InputError(KgError):
    """A source document or an RDF file cannot be read."""


class AssetError(KgError):
    """A file that belongs to Accord (ontology, lexicon, shape, query) is missing or malformed."""


class SettingsError(KgError):
    """A setting or an option has a value that cannot be used."""


class ModelError(KgError):
    """The language model is missing or is not the pinned one."""


class QueryError(KgError):
    """A query is unknown, malformed, or misses a parameter."""


class OutputError(KgError):
    """A result cannot be written, or would overwrite a file that Accord did not write."""


class StoreError(KgError):
    """A triple store cannot be reached, refuses, or answers what cannot be trusted."""
