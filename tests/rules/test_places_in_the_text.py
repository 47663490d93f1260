"""Every rule names a place in the text that holds a passage of one of its theses.

1. Every thesis has its place: a section of the text, or one of its notes.
2. The place that a rule names is that of one of its theses.
3. A rule that calls itself stated has a thesis there, and a page names no place without a thesis.
4. A place that no thesis has is found.
"""

import importlib
import re
from pathlib import Path

import pytest

import poruka
from poruka.rules.schedule import SCHEDULE
from poruka.theory.theses import theses

RULES = {rule.id: rule for rule in SCHEDULE.rules}
FOLDER = Path(poruka.__file__).parent / "rules"
PAGES = sorted(path.relative_to(FOLDER).with_suffix("") for path in FOLDER.rglob("*.py"))
NOTES_OF_THE_TEXT = 194


def places(ids) -> set[str]:
    return {theses()[id].section for id in ids}


def misplaced(references: str) -> list[str]:
    """Return the places that the references of a page name and none of its theses has."""
    text = " ".join(references.split())
    named = re.findall(r'"([^"]+)"', text) + re.findall(r"note \d+", text)
    return [place for place in named if place not in places(re.findall(r"T\d{3}", text))]


@pytest.mark.parametrize("id", theses())
def test_a_thesis_has_its_place(id):
    """Proposition 1."""
    place = theses()[id].section
    number = re.fullmatch(r"note (\d+)", place)
    assert number is None or 0 < int(number[1]) <= NOTES_OF_THE_TEXT
    assert place == place.strip() and place[:1].isupper() != bool(number)


@pytest.mark.parametrize("id", RULES)
def test_a_rule_names_the_place_of_one_of_its_theses(id):
    """Propositions 2 and 3: only a rule that encodes no thesis may have no place."""
    rule = RULES[id]
    allowed = places(rule.theses) if rule.theses else {""}
    assert rule.locator in allowed, (
        f"{id} names the place {rule.locator!r}; its theses {rule.theses} have {sorted(allowed)}"
    )


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_names_only_places_of_its_theses(page):
    """Proposition 3."""
    name = ".".join(["poruka.rules", *page.parts]).removesuffix(".__init__")
    _, _, references = (importlib.import_module(name).__doc__ or "").partition("References\n")
    assert not misplaced(references)


def test_a_place_without_a_thesis_is_found():
    """Proposition 4."""
    section = theses()["T001"].section
    assert not misplaced(f'Thesis T001; chapter, "{section}".')
    assert misplaced(f'Thesis T002; chapter, "{section}".') == [section]
    assert misplaced("Thesis T001; chapter, note 18.") == ["note 18"]
    assert misplaced(f'Chapter, "{section}".') == [section]
