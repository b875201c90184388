"""Bring the catalogs up to date with the code: `python -m nnlab.i18n.update`.

Extraction and both file formats are Babel's; what is ours is the list of calls whose text a
visitor may read.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from nnlab.i18n import LANGUAGES, Language

ROOT = Path(__file__).parents[2]
CATALOGS = Path(__file__).parent / "catalogs"

# Which argument of a call is a text, counted from 1.
Keywords = dict[str, tuple[int, ...]]
CALLS: Keywords = {
    "_": (1,),
    "N_": (1,),
    "t": (1,),
    "gettext": (1,),
    "ngettext": (1, 2),
    "Message": (1,),
    "DatasetInfo": (1,),
}
BASE_OF_ERRORS = "ExplainedError"
# Neither dates nor tools: a change of the file is a change of a text.
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def sources(root: Path) -> list[Path]:
    """Return the Python files of the project that may speak to a visitor."""
    found = [root / "main.py", *root.glob("app_pages/**/*.py"), *root.glob("nnlab/**/*.py")]
    return sorted(path for path in found if path.is_file())


def error_calls(paths: Iterable[Path]) -> Keywords:
    """Return every subclass of `ExplainedError` with the place of its ``template`` argument."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    places = {BASE_OF_ERRORS: 1}
    # A subclass may be read before its base: go on until a round finds nothing new.
    while found := dict(_subclasses(classes, places)):
        places |= found
    return {name: (place,) for name, place in places.items()}


def _subclasses(classes: list[ast.ClassDef], places: dict[str, int]) -> Iterator[tuple[str, int]]:
    for node in classes:
        names = [ast.unparse(base).rpartition(".")[2] for base in node.bases]
        known = [places[name] for name in names if name in places]
        if known and node.name not in places:
            yield node.name, _template_place(node) or known[0]


def _template_place(node: ast.ClassDef) -> int | None:
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            names = [argument.arg for argument in (*method.args.posonlyargs, *method.args.args)]
            return names.index("template") if "template" in names else None
    return None


def extract(root: Path = ROOT) -> Catalog:
    """Collect every text of the project that a visitor may read.

    Parameters
    ----------
    root : Path
        The folder with ``main.py``, ``app_pages`` and ``nnlab``.

    Returns
    -------
    Catalog
        English ids, without translations, with the files that hold them.
    """
    paths = sources(root)
    keywords = CALLS | error_calls(paths)
    catalog = Catalog(charset="utf-8")
    for path in paths:
        place = path.relative_to(root).as_posix()
        for _line, text, _comments, _context in extract_from_file("python", path, keywords=keywords):
            catalog.add(text, locations=[(place, 0)])
    return catalog


def updated(template: Catalog, current: Catalog, language: Language) -> Catalog:
    """Return a catalog with exactly the texts of `template`, translated where `current` has them.

    English translates each text to itself.
    """
    fresh = Catalog(locale=language, charset="utf-8")
    for message in template:
        if not message.id:
            continue
        known = current.get(message.id)
        untranslated = "" if isinstance(message.id, str) else ("",) * fresh.num_plurals
        # A text that got or lost its plural has no translation of the right form.
        keeps = known is not None and isinstance(known.id, str) == isinstance(message.id, str)
        string = message.id if language == "en" else known.string if known and keeps else untranslated
        fresh.add(message.id, string, locations=message.locations)
    return fresh


def write(path: Path, catalog: Catalog, language: Language) -> None:
    """Write a catalog as sorted text that changes only where a text does."""
    with path.open("wb") as stream:
        stream.write(HEADER.format(language=language, plural_forms=catalog.plural_forms).encode())
        write_po(stream, catalog, width=0, omit_header=True, sort_output=True, include_lineno=False)


def untranslated(catalog: Catalog) -> list[str]:
    """Return the ids that have no translation, or not one for each plural form."""
    strings = ((message.id, message.string) for message in catalog if message.id)
    return [str(id) for id, string in strings if not (all(string) if isinstance(string, tuple) else string)]


def main() -> int:
    """Rewrite both catalogs, name what is untranslated, and return how many texts that is."""
    template = extract()
    missing = 0
    for language in LANGUAGES:
        path = CATALOGS / f"{language}.po"
        current = Catalog(locale=language)
        if path.exists():
            with path.open("rb") as stream:
                current = read_po(stream, locale=language, charset="utf-8")
        catalog = updated(template, current, language)
        write(path, catalog, language)
        for text in untranslated(catalog):
            missing += 1
            print(f"{path.name} lacks a translation of: {text}")
    print(f"{len(template)} texts, {missing} translations to write in {CATALOGS.relative_to(ROOT)}")
    return missing


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
