"""The palette is one, legible, and the same everywhere."""

import tomllib
from pathlib import Path

import pytest

from nnlab.datasets.catalog import CATALOG
from nnlab.figures import palette
from nnlab.figures.palette import DARK, LIGHT

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"
TEXT, GRAPHICS = 4.5, 3.0  # WCAG 2.2 AA: success criteria 1.4.3 and 1.4.11


def theme_of_the_app(name):
    return tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][name]


@THEMES
def test_the_app_and_the_figures_have_the_same_colours(theme):
    configured = theme_of_the_app(theme.name)

    assert configured["primaryColor"] == theme.primary
    assert configured["backgroundColor"] == theme.background
    assert configured["secondaryBackgroundColor"] == theme.secondary_background
    assert configured["textColor"] == theme.text
    assert configured["borderColor"] == theme.grid
    assert configured["chartCategoricalColors"] == list(theme.classes)
    assert configured["chartDivergingColors"] == palette.sampled(theme.diverging, 10)
    assert configured["chartSequentialColors"] == palette.sampled(theme.sequential, 10)


def test_corners_are_8_pixels_and_fonts_are_left_to_streamlit():
    theme = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]

    assert theme["baseRadius"] == "8px"
    assert not [key for part in (theme, theme["light"], theme["dark"]) for key in part if "font" in key.lower()]


@THEMES
def test_text_is_legible_on_every_ground(theme):
    for ground in (theme.background, theme.secondary_background):
        assert palette.contrast(theme.text, ground) >= TEXT
        assert palette.contrast(theme.quiet_text, ground) >= TEXT
        assert palette.contrast(theme.primary, ground) >= TEXT


def test_white_text_is_legible_on_the_light_primary_button():
    assert palette.contrast("#ffffff", LIGHT.primary) >= TEXT


@THEMES
def test_curves_stand_out_from_the_ground(theme):
    for colour in (theme.training, theme.validation, theme.reference):
        assert palette.contrast(colour, theme.background) >= GRAPHICS


@THEMES
def test_curves_never_use_the_orange_of_the_heat_map(theme):
    assert theme.negative not in (theme.training, theme.validation, theme.reference)


@THEMES
def test_every_class_of_points_in_the_plane_has_its_own_colour(theme):
    toys = [info for info in CATALOG.values() if info.kind == "toy"]
    most = max(toy.options["classes"].maximum for toy in toys if "classes" in toy.options)

    assert len(set(theme.classes)) == len(theme.classes) >= most


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0877bd", "#0877bd", 1.0)],
)
def test_contrast_gives_the_ratios_of_the_wcag(first, second, ratio):
    assert palette.contrast(first, second) == pytest.approx(ratio, abs=0.005)
    assert palette.contrast(second, first) == palette.contrast(first, second)


def test_a_scale_is_sampled_from_end_to_end():
    colours = palette.sampled(LIGHT.diverging, 5)

    assert colours[0] == LIGHT.negative
    assert colours[2] == LIGHT.middle
    assert colours[4] == LIGHT.positive
    assert colours[1] == palette.blend(LIGHT.negative, LIGHT.middle, 0.5)


def test_a_theme_without_a_name_is_the_light_one():
    assert palette.for_theme("dark") is DARK
    assert palette.for_theme("light") is palette.for_theme(None) is LIGHT
