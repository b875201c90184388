"""What a visitor has done of the exercises: a text that the browser keeps and that can be downloaded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nnlab.exercises.parts import PARTS

VERSION = 1
LONGEST = 20_000
LONGEST_FIELD = 500


@dataclass(frozen=True, slots=True)
class Done:
    """What was done of one part.

    Parameters
    ----------
    predicted, found : str
        What was expected and what came out, as it was said on the page.
    passed : bool
        Whether the part's check was passed.
    date : str
        When, as ISO 8601 writes a day.
    """

    predicted: str
    found: str
    passed: bool
    date: str


def written(progress: Mapping[str, Done]) -> str:
    """Return the progress as JSON text.

    Examples
    --------
    >>> read(written({"c": Done("60%", "71%", True, "2026-01-31")}))["c"].found
    '71%'
    """
    parts = {name: asdict(done) for name, done in sorted(progress.items())}
    return json.dumps({"version": VERSION, "parts": parts}, ensure_ascii=False)


def read(text: object) -> dict[str, Done]:
    """Read a progress that a browser has kept; nothing in it is trusted, and what cannot be read is left out."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return {}
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(content, dict) or content.get("version") != VERSION or not isinstance(content.get("parts"), dict):
        return {}
    found = {name: _done(content["parts"].get(name)) for name in PARTS}
    return {name: done for name, done in found.items() if done is not None}


def merged(first: Mapping[str, Done], second: Mapping[str, Done]) -> dict[str, Done]:
    """Return both together: of a part that both have, the one that was passed, else that of the second."""
    return {
        name: first[name] if name not in second or (name in first and first[name].passed) else second[name]
        for name in sorted({*first, *second})
    }


def _done(content: Any) -> Done | None:
    if not isinstance(content, dict) or not isinstance(content.get("passed"), bool):
        return None
    words = [content.get(name) for name in ("predicted", "found", "date")]
    if not all(isinstance(word, str) and len(word) <= LONGEST_FIELD for word in words):
        return None
    predicted, found, date = words
    return Done(str(predicted), str(found), content["passed"], str(date))
