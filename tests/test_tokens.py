"""Every text and edge colour can be read on every ground it is used on, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[1] / "static" / "css" / "tokens.css"
TEXT, EDGE = 4.5, 3.0

# On paper, on bars and wells, on what is chosen
GROUNDS = ("paper", "canvas", "chosen")
TEXT_PAIRS = [
    *((text, ground) for text in ("ink", "muted", "link") for ground in GROUNDS),
    *((time, ground) for time in ("overdue", "soon", "kept", "paused") for ground in GROUNDS),
    ("overdue", "overdue-tint"),
    ("soon", "soon-tint"),
    ("kept", "kept-tint"),
    ("on-link", "link"),
    ("white", "overdue-fill"),
]
EDGE_PAIRS = [
    *(("control", ground) for ground in ("paper", "canvas")),
    *(("link", ground) for ground in GROUNDS),
    *(("ink", ground) for ground in GROUNDS),  # the focus outline
]
# The band asks for the dark half of everything that stands in it
BAND_TEXT = [("ink", "band"), ("muted", "band"), ("link", "band"), ("band", "soon")]
BAND_EDGE = [("control", "band"), ("halo", "band"), ("overdue-fill", "paper")]


def test_the_tokens_are_read() -> None:
    assert colours()["ink"] == ("#16202c", "#eef2f6")
    assert colours()["band"] == ("#1b2632", "#1b2632")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(text: str, ground: str, theme: str) -> None:
    assert contrast(text, ground, theme) >= TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGE_PAIRS)
def test_edges_can_be_seen(edge: str, ground: str, theme: str) -> None:
    assert contrast(edge, ground, theme) >= EDGE


@pytest.mark.parametrize(("text", "ground"), BAND_TEXT)
def test_text_on_the_band_can_be_read(text: str, ground: str) -> None:
    assert contrast(text, ground, "dark") >= TEXT


@pytest.mark.parametrize(("edge", "ground"), BAND_EDGE)
def test_edges_on_the_band_can_be_seen(edge: str, ground: str) -> None:
    assert contrast(edge, ground, "dark") >= EDGE


def test_one_half_of_the_focus_ring_shows_on_any_ground() -> None:
    """The ink outline and the amber halo differ enough to be told apart in light."""
    assert contrast("ink", "halo", "light") >= EDGE


def colours() -> dict[str, tuple[str, str]]:
    """Name to (light, dark), as the style sheet has them."""
    css = TOKENS.read_text()
    pairs = re.findall(r"--([\w-]+):\s*light-dark\((#\w{6}), (#\w{6})\)", css)
    single = re.findall(r"--([\w-]+):\s*(#\w{6})\s*;", css)
    known = {name: (light, dark) for name, light, dark in pairs}
    return known | {name: (one, one) for name, one in single} | {"white": ("#ffffff", "#ffffff")}


def contrast(first: str, second: str, theme: str) -> float:
    """The ratio of WCAG 2.2, 1 to 21."""
    half = 0 if theme == "light" else 1
    lighter, darker = sorted((luminance(colours()[first][half]), luminance(colours()[second][half])), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
