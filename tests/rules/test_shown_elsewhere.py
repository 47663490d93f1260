"""The list of what forced worlds show under another rule only is neither stale nor too short.

1. What it is compared with is the list itself, where all else that sources show has happened.
2. A key that happens no more is missing from the list.
3. A key that is listed and happens, or that no source shows any more, is listed in vain.

What has happened is made up here; `test_forced_worlds.py` compares the list with played worlds.
"""

import pytest
import shown_elsewhere
from shown_elsewhere import KINDS, listed, missing_here, shown_by_sources


def happened_but(missing):
    """Return what sources show, without what did not happen, as played worlds record it."""
    return {
        rule: [
            [key for key in sorted(part) if (rule, kind, key) not in missing]
            for kind, part in zip(KINDS, parts, strict=True)
        ]
        for rule, parts in shown_by_sources().items()
    }


@pytest.fixture(scope="module")
def some():
    """Return a few listed keys of each kind, spread over the list."""
    found = [key for kind in KINDS for key in sorted(k for k in listed() if k[1] == kind)[::20]]
    assert len(found) > 20 and {kind for _, kind, _ in found} == set(KINDS)
    return found


def test_the_list_is_what_did_not_happen():
    """Proposition 1."""
    assert missing_here(happened_but(listed())) == listed()


def test_a_key_that_happens_no_more_is_not_listed():
    """Proposition 2, for one key of every rule and kind that is listed nowhere."""
    asked = 0
    for rule, parts in happened_but(listed()).items():
        for kind, part in zip(KINDS, parts, strict=True):
            if part:
                new = (rule, kind, part[0])
                assert missing_here(happened_but(listed() | {new})) - listed() == {new}
                asked += 1
    assert asked > 100


def test_a_listed_key_that_happens_is_listed_in_vain(some):
    """Proposition 3."""
    for key in some:
        assert listed() - missing_here(happened_but(listed() - {key})) == {key}


def test_a_listed_key_that_no_source_shows_is_listed_in_vain(some, monkeypatch):
    """Proposition 3."""
    shown, recorded = shown_by_sources(), happened_but(listed())
    for rule, kind, key in some:
        place = KINDS.index(kind)
        fewer = [part - {key} if n == place else part for n, part in enumerate(shown[rule])]
        monkeypatch.setattr(
            shown_elsewhere, "shown_by_sources", lambda: shown | {rule: tuple(fewer)}
        )
        assert listed() - missing_here(recorded) == {(rule, kind, key)}
