"""Where the text states only a direction, the form of an equation is argued and measured.

1. Each form that `benchmarks/forms.toml` lists stands in its page exactly once, and what could
   stand there instead can be exchanged for it and still be read.
2. A form that is gone is refused, and so is one that stands in two places.
3. `docs/forms.md` has each with its reason, and says what the other form moves in both countries.
4. Squares and exponents of the rules that no definition gives are among them.
"""

import ast
import re
import shutil
import sys
from pathlib import Path

import pytest
from made_places import MADE_PLACES

import poruka

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

from measure_forms import RULES, exchange, read_forms  # noqa: E402

FORMS = read_forms()
PAGE = (ROOT / "docs" / "forms.md").read_text(encoding="utf-8")
CHOSEN = {
    "actors/institution_threats.py": ("near ** (1.0 - foresight)", "independence * independence"),
    "actors/instrument_choice.py": ("patience * patience",),
    "forces/crisis.py": ("p.plotting * disloyalty * disloyalty",),
    "forces/election_response.py": ("p.habit_law * habit * habit",),
}
"""What is no definition, of what the rules multiply with itself or raise to a power."""


def copied(page: str, folder: Path) -> Path:
    """Copy one page of the rules into a folder, and return the copy."""
    copy = folder / RULES / page
    copy.parent.mkdir(parents=True)
    shutil.copy(Path(poruka.__file__).parent / "rules" / page, copy)
    return copy


@pytest.mark.parametrize("name", FORMS)
def test_a_form_can_be_exchanged(name, tmp_path):
    """Propositions 1 and 2."""
    form = FORMS[name]
    copy = copied(form.file, tmp_path)
    before = ast.dump(ast.parse(copy.read_text(encoding="utf-8")))
    exchange(form, tmp_path)
    text = copy.read_text(encoding="utf-8")
    assert ast.dump(ast.parse(text)) != before and form.instead in text
    with pytest.raises(SystemExit, match="stands 0 times"):
        exchange(form, tmp_path)
    copy.write_text(f"{form.form}\n{form.form}\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="stands 2 times"):
        exchange(form, tmp_path)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_argued_and_measured(name):
    """Proposition 3."""
    form = FORMS[name]
    line = next(line for line in PAGE.splitlines() if f"`{form.form}`<br>" in line)
    assert f"`{form.instead}`" in line and form.reason in line and form.theses in line
    assert len(re.findall(r"[+-]\d+\.\d \([+-]\d+\.\d to [+-]\d+\.\d\)", line)) == 6


def test_what_is_raised_to_a_power_is_among_them():
    """Proposition 4."""
    for page, raised in CHOSEN.items():
        assert set(raised) <= MADE_PLACES[page]
        for one in raised:
            assert any(one in form.form for form in FORMS.values() if form.file == page), one
