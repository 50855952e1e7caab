"""Fuzzing that follows the code: atheris edits what reached a line that nothing had reached before.

`python -m tests.fuzzing.coverage TARGET RUNS SEED`, with targets as in `CHECKS`.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tests.fuzzing.outcome import PATIENCE, Outcome


def _texts(check: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda content: check(content.decode("utf-8", "replace"))


def _checks(name: str) -> tuple[Callable[[bytes], object], list[bytes]]:
    """What is tried on bytes, and what to begin with; what it imports is instrumented."""
    from kg.limits import DEFAULT
    from tests.formats import REPORT, as_html, as_text
    from tests.fuzzing import graphs, targets

    if name == "layout":
        return _texts(targets.check_layout), [as_text(REPORT[:8]), "• a\n\n[1] b\n\nCITY – He said¹.".encode()]
    if name == "pages":
        from kg.sources.formats import READERS

        samples = [as_html(REPORT[:5]), b"<html><p>The union met.<table><tr><td>a<td>b</table>"]
        return lambda content: READERS[".html"].read(content, DEFAULT), samples
    if name == "RDF":
        kinds = sorted(graphs._SAMPLES)

        def parsed(content: bytes) -> None:
            graphs.check_file((kinds[content[0] % len(kinds)] if content else "ttl", content[1:]))

        return parsed, [bytes([number]) + graphs._SAMPLES[kind] for number, kind in enumerate(kinds)]
    if name == "queries":
        return _texts(graphs.check_query), graphs._asked()[:4]
    raise SystemExit(f"no target {name!r}")


def main() -> None:
    """Try, tell, and leave: 1 where an input raised what is no error of Accord's."""
    name, runs, seed = sys.argv[1:]
    print(json.dumps({"begun": f"coverage: {name}"}), flush=True)
    warnings.simplefilter("ignore")
    try:
        import atheris
    except ImportError:
        print("no atheris for this Python: pip install atheris", file=sys.stderr)
        return
    with atheris.instrument_imports(include=["kg"], enable_loader_override=False):
        check, samples = _checks(name)
        from kg.errors import KgError
    outcome = Outcome(f"coverage: {name}")

    def attempt(content: bytes) -> None:
        started = time.process_time()
        try:
            check(content)
            outcome.accepted += 1
        except KgError as error:
            assert str(error).strip()
        except Exception:
            outcome.fault = f"{content!r:.2000}\n{traceback.format_exc()[-4000:]}"
            finish()
        outcome.inputs += 1
        outcome.slowest = max(outcome.slowest, time.process_time() - started)
        if outcome.inputs >= int(runs):
            finish()

    def finish() -> None:
        """libFuzzer would end the process itself, before anybody could tell."""
        print(json.dumps(asdict(outcome)), flush=True)
        with contextlib.suppress(OSError):
            folder.cleanup()
        os._exit(0)

    folder = tempfile.TemporaryDirectory()
    for number, sample in enumerate(samples):
        Path(folder.name, str(number)).write_bytes(sample)
    options = [
        f"-seed={seed}",
        f"-timeout={PATIENCE:.0f}",
        "-max_len=4000",
        "-len_control=0",
        "-verbosity=0",
        "-rss_limit_mb=1500",
    ]
    atheris.Setup([sys.argv[0], *options, folder.name], attempt)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
