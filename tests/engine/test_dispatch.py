"""Verbs and conditions are dispatched by tables that hold every one of them exactly once.

1. A table that lacks a kind, holds one twice, or holds something else is refused, by name.
2. A kernel with other arguments than its table's is refused, and so are two of one name.
3. The kernel of a kind is the one that is called, and no other; a number of no kind raises.
4. A mask has the bit of each kind that holds, and no other.
5. The tables of the rules hold every verb and every condition; the package would not load without.
6. A table that changes gives another key, and the kernel can be kept by it.
7. The generated source can be read, and what a rule writes is seen through it.
8. A kernel and all it calls can be run as plain Python.
"""

import inspect
from enum import IntEnum
from types import FunctionType, SimpleNamespace

import numpy as np
import pytest

from poruka.engine.code_keys import code_key
from poruka.engine.dispatch import complete_table, dispatching_kernel, mask_kernel
from poruka.engine.instrument_kinds import Condition, Verb
from poruka.engine.interpreted import interpreted
from poruka.engine.jit import JIT_ENABLED, kernel
from poruka.engine.rule_source import find_field_usage
from poruka.rules.actors import conditions, instrument_effects
from poruka.rules.actors.effects_on_society import EFFECTS_ON_SOCIETY
from poruka.rules.schedule import SCHEDULE


class Colour(IntEnum):
    RED = 0
    GREEN = 3


class Shape(IntEnum):
    ROUND = 0


@kernel
def note_red(seen, colour):
    seen[0] += 1


@kernel
def note_green(seen, colour):
    seen[1] += 1


@kernel
def other_arguments(seen):
    seen[0] += 1


COMPLETE = ((Colour.RED, note_red), (Colour.GREEN, note_green))
ARGUMENTS = ("seen", "colour")


def build(pairs, arguments=ARGUMENTS):
    return dispatching_kernel("note", pairs, Colour, "colour", arguments, __name__)


@pytest.mark.parametrize(
    "pairs, message",
    [
        (COMPLETE[:1], "the table of Colour lacks GREEN"),
        ((), "lacks RED, GREEN"),
        ((*COMPLETE, COMPLETE[0]), "holds twice RED"),
        ((*COMPLETE, (Colour.GREEN, note_red)), "holds twice GREEN"),
        ((*COMPLETE, (Shape.ROUND, note_red)), "no member of it: <Shape.ROUND: 0>"),
        ((*COMPLETE[1:], (0, note_red)), "no member of it: 0; lacks RED"),
    ],
)
def test_an_incomplete_table_is_refused(pairs, message):
    """Proposition 1: numbers equal to a member's, and members of another kind, do not count."""
    with pytest.raises(TypeError, match=message):
        build(pairs)
    with pytest.raises(TypeError, match=message):
        mask_kernel("note", pairs, Colour, ARGUMENTS, __name__)


def test_a_kernel_that_does_not_fit_is_refused():
    """Proposition 2."""
    with pytest.raises(TypeError, match="with other arguments for GREEN"):
        build((COMPLETE[0], (Colour.GREEN, other_arguments)))
    with pytest.raises(TypeError, match="with other arguments for RED, GREEN"):
        build(COMPLETE, ("colour", "seen"))

    def namesake(seen, colour):
        seen[1] += 1

    namesake.__name__ = "note_red"
    with pytest.raises(TypeError, match="different kernels of one name: note_red"):
        build((COMPLETE[0], (Colour.GREEN, namesake)))


def test_the_kernel_of_a_kind_is_called():
    """Proposition 3: compiled where kernels are, whatever the order of the table."""
    for pairs in (COMPLETE, COMPLETE[::-1]):
        note, seen = build(pairs), np.zeros(2)
        note(seen, 3)
        note(seen, 3)
        note(seen, 0)
        assert seen.tolist() == [1, 2]
        with pytest.raises(ValueError, match="colour is of no known kind"):
            note(seen, 1)
        assert seen.tolist() == [1, 2]


def test_a_mask_has_the_bits_of_what_holds():
    """Proposition 4."""

    @kernel
    def is_large(x):
        return x > 10

    @kernel
    def is_even(x):
        return x % 2 == 0

    pairs = ((Colour.GREEN, is_even), (Colour.RED, is_large))
    mask = mask_kernel("mask", pairs, Colour, ("x",), __name__)
    assert [mask(x) for x in (1, 2, 11, 12)] == [0, 0b1000, 0b1, 0b1001]


KERNELS = {
    Verb.RAISE_BARRIER: "raise_barrier",
    Verb.BAR_FROM_BALLOT: "bar_from_ballot",
    Verb.SMEAR: "smear_rival",
    Verb.HARASS: "harass_rival",
    Verb.ASSAULT: "assault_rival",
    Verb.PROSECUTE: "prosecute_rival",
    Verb.COOPT: "coopt_rival",
    Verb.TRANSFER_RIVAL: "transfer_rival",
    Verb.PROMOTE_AWAY: "promote_away",
    Verb.FIELD_SPOILER: "field_spoiler",
    Verb.PLEBISCITE: "call_plebiscite",
    Verb.EARLY_ELECTION: "call_early_election",
    Verb.ELECTION_FOR_LONGER_TERM: "call_election_for_longer_term",
    Verb.EXTEND_TERM: "extend_term",
    Verb.NEW_CONSTITUTION: "adopt_constitution",
    Verb.FORM_PROPOSING_BODY: "form_proposing_body",
    Verb.APPOINT_GOVERNORS: "appoint_governors",
    Verb.DISCREDIT_PARLIAMENT: "discredit_parliament",
    Verb.BUY_DEPUTIES: "buy_deputies",
    Verb.INTIMIDATE_DEPUTIES: "intimidate_deputies",
    Verb.DISSOLVE_LOCAL_COUNCILS: "dissolve_local_councils",
    Verb.DISSOLVE_BY_OWN_VOTE: "dissolve_by_own_vote",
    Verb.DISSOLVE_BY_VERDICT: "dissolve_by_verdict",
    Verb.DISSOLVE_BY_FORCE: "dissolve_by_force",
    Verb.STRIP_MANDATE: "strip_mandates",
    Verb.THREATEN_DISSOLUTION: "threaten_dissolution",
    Verb.MANAGE_LIST: "manage_list",
    Verb.FALSIFY_COUNT: "falsify_count",
    Verb.TAKE_MEDIA: "take_media",
    Verb.INTIMIDATE_PRESS: "intimidate_press",
    Verb.SUPPRESS_SCANDAL: "suppress_scandal",
    Verb.BAN_RALLIES: "ban_rallies",
    Verb.PARTY_LAW: "raise_party_barrier",
    Verb.REGISTER_MODERATES: "register_moderates",
    Verb.FOUND_LOYAL_PARTY: "found_loyal_party",
    Verb.SCAPEGOAT: "dismiss_as_scapegoat",
    Verb.STRIP_PORTFOLIO: "strip_portfolio",
    Verb.PURGE: "purge_oligarch",
    Verb.WARN_BUSINESS: "warn_business",
    Verb.SIDELINE_KINSMAN: "sideline_kinsman",
    Verb.HAND_OVER: "prepare_handover",
    Verb.ALLOCATE_TO_SAFE_OWNERS: "allocate_to_safe_owners",
    Verb.IMMUNITY: "grant_immunity",
    Verb.EMERGENCY: "declare_emergency",
    Verb.CONCEDE: "concede",
    Verb.CALM_ETHNIC_CAMPS: "calm_ethnic_camps",
    Verb.GLORIFY: "glorify",
    Verb.FILL_SECRET_FUND: "fill_secret_fund",
    Verb.ABOLISH_DEPUTY: "abolish_deputy",
    Verb.REPLACE_COURT: "replace_court",
    Verb.MANNER: "do_nothing_further",
}


@pytest.mark.parametrize("verb", Verb)
def test_every_verb_calls_its_own_kernel(verb):
    """Propositions 3 and 5: each kernel is replaced by one that notes its name."""
    assert verb in KERNELS, f"{verb.name} is new: name its kernel in KERNELS above"
    called = []

    def noting(name):
        return lambda *given: called.append((name, given))

    code = interpreted(instrument_effects.apply_verb).__code__
    kernels = set(code.co_names) - {"verb", "ValueError"}
    apply_verb = FunctionType(code, {name: noting(name) for name in kernels})
    given = ("world", "params", "stream", SimpleNamespace(verb=int(verb)), 0.5)
    apply_verb(*given)
    assert called == [(KERNELS[verb], given)]


def test_the_tables_of_the_rules_are_complete():
    """Proposition 5, from the other side: without one page of verbs the table is refused."""
    source = inspect.getsource(instrument_effects.apply_verb)
    assert all(f"kind == {int(verb)}:  # {verb.name}\n" in source for verb in Verb)
    source = inspect.getsource(conditions.current_conditions)
    assert all(f"1 << {int(one)}  # {one.name}\n" in source for one in Condition)
    arguments = ("world", "params", "stream", "instrument", "success")
    with pytest.raises(TypeError, match="lacks RAISE_BARRIER, BAR_FROM_BALLOT, .*, MANNER"):
        complete_table(EFFECTS_ON_SOCIETY, Verb, arguments)


def test_the_key_follows_the_table():
    """Proposition 6."""
    usual, swapped = build(COMPLETE), build(((Colour.RED, note_green), (Colour.GREEN, note_red)))
    assert code_key(usual).key == code_key(build(COMPLETE)).key != code_key(swapped).key
    assert code_key(instrument_effects.apply_verb).portable
    assert code_key(conditions.current_conditions).portable


def test_the_source_shows_what_verbs_write():
    """Proposition 7: fields and numbers of single verbs are seen from the rule that acts."""
    act = next(rule for rule in SCHEDULE.rules if rule.id == "president.act")
    usage = find_field_usage(act.run)
    assert {"parliament.chair_empty", "constitution.deputy_office", "outlets.owner"} <= usage.writes
    assert {"params.acts_on_rivals.willingness", "params.conditions.hostile"} <= usage.parameters


def test_kernels_run_as_plain_python():
    """Proposition 8: nothing compiled is left in what they call."""
    plain = interpreted(conditions.current_conditions)
    called = [plain.__globals__[name] for name in plain.__code__.co_names]
    assert len(called) == len(Condition)
    assert not any(hasattr(function, "py_func") for function in called)
    assert not JIT_ENABLED or hasattr(conditions.forces_obey, "py_func")
    mean_obedience = plain.__globals__["forces_obey"].__globals__["mean_obedience"]
    assert not hasattr(mean_obedience, "py_func")
