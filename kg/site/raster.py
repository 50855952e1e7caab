"""Pictures as PNG, with resvg (extra `png`): no browser, no system library."""

from __future__ import annotations

from importlib import import_module

from kg.errors import SettingsError
from kg.site.svg import Picture, render

#: Pixels of a picture: it is held in memory, four bytes each, and what does not fit there ends the process.
MOST = 250_000_000


def rasterize(picture: Picture, zoom: float) -> bytes:
    """A picture as PNG with `zoom` pixels for each of its units.

    Raises:
        SettingsError: the library is missing, or the picture would be larger than `MOST`.
    """
    pixels = picture.width * zoom * picture.height * zoom
    if pixels > MOST:
        hint = "lower --zoom, draw less with --kind or --relation, or write .svg"
        raise SettingsError(f"{pixels / 1e6:,.0f} million pixels are too many for a PNG", hint=hint)
    try:
        svg_to_bytes = import_module("resvg_py").svg_to_bytes
    except ImportError as error:
        hint = "pip install 'accord-kg[png]', or write .svg"
        raise SettingsError("PNG needs the package resvg-py, which is not installed", hint=hint) from error
    try:
        return bytes(svg_to_bytes(svg_string=render(picture).decode(), zoom=zoom, background="#ffffff"))
    except ValueError as error:
        raise SettingsError(f"cannot be drawn as PNG: {error}", hint="write .svg instead") from error
