"""`Script` -> the text of a Python file or of a notebook, in the visitor's language."""

from __future__ import annotations

import unicodedata

from nnlab.export.sections import Script
from nnlab.i18n import Translator

RULE = "─"
# Of a comment: on the page it is to be read without being moved sideways.
COLUMNS = 76


def as_python(script: Script, t: Translator) -> str:
    """Return the text of a Python file; what the notebook tells in cells of text stands in comments.

    Examples
    --------
    >>> from nnlab.export import Run, keras_script
    >>> from nnlab.experiment import Experiment
    >>> from nnlab.i18n import translator
    >>> as_python(keras_script(Run(Experiment(), epochs=10)), translator("en")).splitlines()[0]
    '# Circle by Keras: a run of nnlab'
    """
    head = [t(script.title), "", *(line for text in script.text for line in _wrapped(t(text))), "", script.command]
    blocks = ["\n".join(map(_comment, head))]
    for section in script.sections:
        title = f"{RULE * 3} {t(section.title)} "
        lines = [
            title + RULE * (COLUMNS - _width(title)),
            *(line for text in section.text for line in _wrapped(t(text))),
        ]
        lines = list(map(_comment, lines))
        blocks.append("\n".join([*lines, "", section.code]))
    return "\n\n\n".join(blocks) + "\n"


def as_notebook(script: Script, t: Translator) -> str:
    """Return the text of a Jupyter notebook: a cell of text and one of code for each section."""
    # Whoever only looks at a script does not pay for the import.
    import nbformat
    from nbformat import v4

    head = [f"# {t(script.title)}", *(t(paragraph) for paragraph in script.text), f"    {script.command}"]
    cells = [v4.new_markdown_cell("\n\n".join(head))]
    for section in script.sections:
        text = "\n\n".join([f"## {t(section.title)}", *(t(paragraph) for paragraph in section.text)])
        cells += [v4.new_markdown_cell(text), v4.new_code_cell(section.code)]
    for number, cell in enumerate(cells):
        # By chance they would be other ones each time.
        cell["id"] = f"cell-{number}"
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook = v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook))


def _comment(line: str) -> str:
    return f"# {line}".rstrip()


def _wrapped(text: str) -> list[str]:
    """Break a text into lines; unlike `textwrap`, a Korean character counts as the two columns that it takes."""
    lines = [""]
    for word in text.split():
        if lines[-1] and _width(lines[-1]) + 1 + _width(word) > COLUMNS:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip()
    return lines


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
