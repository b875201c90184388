"""`Script` -> the text of a Python file or of a notebook, in the visitor's language."""

from __future__ import annotations

import textwrap

from nnlab.export.sections import WIDTH, Script
from nnlab.i18n import Translator

RULE = "─"
# A Korean character is as wide as two Latin ones.
COLUMNS = {"en": WIDTH - 2, "ko": (WIDTH - 2) // 2 + 12}


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
    head = [t(script.title), *(t(paragraph) for paragraph in script.text)]
    blocks = [_comment(head[0]) + "\n#\n" + "\n".join(_comment(_wrapped(line, t)) for line in head[1:])]
    for section in script.sections:
        lines = [f"# {RULE * 3} {t(section.title)} {RULE * (40 - len(t(section.title)))}"]
        lines += [_comment(_wrapped(t(paragraph), t)) for paragraph in section.text]
        blocks.append("\n".join([*lines, "", section.code]))
    return "\n\n\n".join(blocks) + "\n"


def as_notebook(script: Script, t: Translator) -> str:
    """Return the text of a Jupyter notebook: a cell of text and one of code for each section."""
    # Whoever only looks at a script does not pay for the import.
    import nbformat
    from nbformat import v4

    head = [f"# {t(script.title)}", *(t(paragraph) for paragraph in script.text)]
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


def _wrapped(text: str, t: Translator) -> str:
    return textwrap.fill(text, COLUMNS[t.language], break_long_words=False, break_on_hyphens=False)


def _comment(text: str) -> str:
    return "\n".join(f"# {line}" for line in text.split("\n"))
