import re
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from nnlab.i18n import LANGUAGES, read_catalog
from nnlab.i18n.update import CATALOGS, extract, untranslated, updated, write

BY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
# Names and symbols that Korean writes as they are.
SAME_IN_KOREAN = {
    "RMSE",
    "Adam",
    "AdaGrad",
    "AdaGrad, η 0.03",
    "Adam, η 0.01",
    "AdamW",
    "CSV",
    "ELU",
    "English",
    "Fashion-MNIST",
    "GELU",
    "Leaky ReLU",
    "MNIST",
    "Nadam",
    "ReLU",
    "RMSprop",
    "SELU",
    "SGD",
    "nnlab",
    "tanh",
}


def texts(catalog):
    """Each id with its translations, a plural's forms one by one."""
    for message in catalog:
        if message.id:
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            yield message.id if isinstance(message.id, str) else message.id[1], forms


def places(template):
    return {(name, form, conversion) for _, name, form, conversion in Formatter().parse(template) if name is not None}


@pytest.fixture(scope="module")
def extracted() -> Catalog:
    """The texts in the code; to read all of it takes seconds."""
    return extract()


@BY_LANGUAGE
def test_each_text_of_the_code_is_in_the_catalog_and_no_other(language, extracted):
    in_code = {message.id for message in extracted if message.id}
    in_catalog = {message.id for message in read_catalog(language) if message.id}

    assert in_code - in_catalog == set(), "run `make messages` and translate what it names"
    assert in_catalog - in_code == set(), "run `make messages`"
    assert in_code


@BY_LANGUAGE
def test_each_text_is_translated(language):
    assert untranslated(read_catalog(language)) == []


@BY_LANGUAGE
def test_a_translation_has_the_places_of_its_original(language):
    differing = {
        id: string for id, forms in texts(read_catalog(language)) for string in forms if places(string) != places(id)
    }

    assert differing == {}


@BY_LANGUAGE
def test_a_catalog_holds_nothing_obsolete_or_unsure(language):
    catalog = read_catalog(language)

    assert not catalog.obsolete
    assert [message.id for message in catalog if message.id and message.fuzzy] == []


def test_english_is_its_own_translation():
    assert {id: forms for id, forms in texts(read_catalog("en")) if id != forms[-1]} == {}


def test_korean_is_written_in_hangul():
    latin = {id for id, forms in texts(read_catalog("ko")) if not all(re.search("[가-힣]", string) for string in forms)}

    assert {id for id in latin if re.search("[A-Za-z]{2}", re.sub("{.*?}", "", id))} <= SAME_IN_KOREAN


def test_korean_sentences_are_polite_in_one_way():
    endings = re.compile(r"(?:요|이다|한다|된다|없다|있다|는다)(?:[.!?]|$)")

    assert {id for id, forms in texts(read_catalog("ko")) if any(endings.search(string) for string in forms)} == set()


@BY_LANGUAGE
def test_the_files_are_as_make_messages_writes_them(language, extracted, tmp_path):
    again = updated(extracted, read_catalog(language), language)
    write(tmp_path / "again.po", again, language)

    assert (tmp_path / "again.po").read_text("utf-8") == (CATALOGS / f"{language}.po").read_text("utf-8")


PLANTED = {
    "main.py": 't("planted by t")\n',
    "app_pages/lesson.py": '_("planted by underscore")\ntranslator.gettext("planted by gettext")\n',
    "nnlab/deep/parts.py": """
LABEL = N_("planted by N_")
INFO = DatasetInfo("planted title", "module:function", "planted but no title")
NOTE = Message("planted " "message", {"value": t("planted inside")})
COUNT = t.ngettext("{count} planted one", "{count} planted many", 3)
""",
    "nnlab/alarms.py": """
class LateError(EarlyError): ...
class EarlyError(messages.ExplainedError): ...
class FieldError(ExplainedError):
    def __init__(self, field: str, template: str, **values: object) -> None: ...
class NarrowError(FieldError): ...

def fail() -> None:
    raise LateError("planted in a late error", name="not text")
    raise FieldError("not text", "planted in a field error")
    raise NarrowError("not text", "planted in a narrow error")
    raise ExplainedError("planted in the base")
    raise ValueError("not for a visitor")
    t(variable)
    t(f"not a literal: {variable}")
""",
    "tests/test_other.py": 't("not in the product")\n',
}


def planted(root):
    for name, source in PLANTED.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(source)
    return extract(root)


def test_each_kind_of_call_that_speaks_is_found(tmp_path):
    assert {message.id for message in planted(tmp_path) if message.id} == {
        "planted by t",
        "planted by underscore",
        "planted by gettext",
        "planted by N_",
        "planted title",
        "planted message",
        "planted inside",
        ("{count} planted one", "{count} planted many"),
        "planted in a late error",
        "planted in a field error",
        "planted in a narrow error",
        "planted in the base",
    }


def test_an_update_keeps_translations_drops_what_is_gone_and_leaves_new_texts_open(tmp_path):
    current = Catalog(locale="ko")
    current.add("planted by t", "옮긴 문장")
    current.add("gone", "사라진 문장")
    # A guess by likeness would take this for a translation of “planted by N_”.
    current.add("planted by M_", "비슷한 문장")

    write(tmp_path / "ko.po", updated(planted(tmp_path), current, "ko"), "ko")
    with (tmp_path / "ko.po").open("rb") as stream:
        fresh = read_po(stream, locale="ko")

    assert fresh.get("planted by t").string == "옮긴 문장"
    assert fresh.get("planted by N_").string == ""
    assert "planted by N_" in untranslated(fresh)
    assert "planted by t" not in untranslated(fresh)
    assert {"gone", "planted by M_"}.isdisjoint(message.id for message in fresh)


def test_the_files_name_places_without_line_numbers_or_dates(tmp_path):
    write(tmp_path / "en.po", updated(planted(tmp_path), Catalog(locale="en"), "en"), "en")
    text = (tmp_path / "en.po").read_text("utf-8")

    assert "#: nnlab/deep/parts.py\n" in text
    assert "Date" not in text
