"""The age clock: an elite leaves an unloved ruler when the time he has left runs out.

A rival account. Men serve a patron as long as they count on him; age and due votes shorten that
time, and time wears his popularity down. It is silent about property, ideas, force, dissolutions,
constitutions and war: nothing of the kind happens here.

Equations
---------
worn_approval
    approval falls by wear of itself in a month
months_left
    b          = 12 max(0, expected_age - age) health
months_to_count_on
    months     = approval b + (1 - approval) min(b, t)
nearness_of_end
    end        = clip01(1 - months / horizon)
wish_to_leave
    wish       = end (1 - approval) (1 + cascade g)
patience_of
    patience_i = patience (1 - boldness_i)
machine_share
    share      = approval + machine (1 - g) (1 - approval)
age_clock.reckon
    everyone counts the months that the ruler has left: months_to_count_on, nearness_of_end
age_clock.defect
    he breaks with the ruler if wish > patience_i, in rounds until nobody else does
age_clock.elect_president
    the ruler, or his heir where b is less than a term, has the votes of machine_share; the best
    organised challenger has the others
age_clock.elect_parliament
    opponents have 1 - share of the seats

Symbols
-------
b : months that his age and health leave the ruler
t : months to the next vote on him
g : share of the elite that is seen to have left
boldness_i : boldness of one of the elite

References
----------
H. Hale, "Regime Cycles: Democracy, Autocracy, and Revolution in Post-Soviet Eurasia" (2005), and
Patronal Politics (2015), on expectations and lame ducks; J. Mueller, "Presidential Popularity from
Truman to Johnson" (1970), on popularity that time wears down.
"""

from poruka.engine.constants import MONTHS_PER_YEAR
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import has_broken_away
from poruka.engine.kinds import Mandate, Role
from poruka.engine.record_kinds import Exit
from poruka.engine.rule import rule
from poruka.engine.world_types import AgeClockNumbers, Parameters, Stream, World
from poruka.rivals.ballots import hold_vote, is_parliament_due, seat_parliament, share_in_opposition
from poruka.rivals.office import deputy_or_unknown
from poruka.rules.actors.defection import note_wave
from poruka.rules.forces.elections import is_president_due
from poruka.rules.forces.tenure import end_tenure, is_at_large
from poruka.rules.history_records import record_break


# --- equations -----------------------------------------------------------------------------------
@kernel
def worn_approval(p: AgeClockNumbers, approval):
    """Return what a month in office leaves of a ruler's popularity.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("age_clock")
    >>> 0.0 < worn_approval(p, 0.6) < 0.6
    True
    """
    return approval * (1.0 - p.wear)


@kernel
def months_left(p: AgeClockNumbers, years, health):
    """Return the months that a ruler's age and health alone would leave him.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("age_clock")
    >>> months_left(p, 50.0, 0.9) > months_left(p, 60.0, 0.9) > months_left(p, 60.0, 0.5)
    True
    """
    return MONTHS_PER_YEAR * max(0.0, p.expected_age - years) * health


@kernel
def months_to_count_on(body, to_vote, approval):
    """Return the months for which men count on a ruler: if unloved, only to the next vote.

    >>> months_to_count_on(200.0, 12.0, 0.8) > months_to_count_on(200.0, 12.0, 0.2)
    True
    >>> months_to_count_on(200.0, 48.0, 0.2) > months_to_count_on(200.0, 12.0, 0.2)
    True
    >>> months_to_count_on(200.0, 12.0, 0.2) > months_to_count_on(100.0, 12.0, 0.2)
    True
    """
    return approval * body + (1.0 - approval) * min(body, to_vote)


@kernel
def nearness_of_end(p: AgeClockNumbers, months):
    """Return how near the end of a ruler looks: 1 if nobody counts on another month.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("age_clock")
    >>> nearness_of_end(p, 6.0) > nearness_of_end(p, 20.0)
    True
    """
    return clip01(1.0 - months / p.horizon)


@kernel
def wish_to_leave(p: AgeClockNumbers, end, approval, seen_out):
    """Return the wish to leave a ruler whose end looks near, if he is unloved and others leave.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("age_clock")
    >>> wish_to_leave(p, 0.8, 0.3, 0.1) > wish_to_leave(p, 0.2, 0.3, 0.1)
    True
    >>> wish_to_leave(p, 0.8, 0.3, 0.1) > wish_to_leave(p, 0.8, 0.9, 0.1)
    True
    >>> wish_to_leave(p, 0.8, 0.3, 0.5) > wish_to_leave(p, 0.8, 0.3, 0.1)
    True
    """
    return end * (1.0 - approval) * (1.0 + p.cascade * seen_out)


@kernel
def patience_of(p: AgeClockNumbers, boldness):
    """Return the wish to leave that a man bears without leaving; the bold bear less.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("age_clock")
    >>> patience_of(p, 0.2) > patience_of(p, 0.8)
    True
    """
    return p.patience * (1.0 - boldness)


@kernel
def machine_share(p: AgeClockNumbers, approval, seen_out):
    """Return the share of votes that a ruler's popularity and his machine bring him.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("age_clock")
    >>> machine_share(p, 0.6, 0.1) > machine_share(p, 0.3, 0.1) > machine_share(p, 0.3, 0.6)
    True
    """
    return clip01(approval + p.machine * (1.0 - seen_out) * (1.0 - approval))


# --- what the equations read off the world -------------------------------------------------------
@kernel
def months_of_body(world: World, params: Parameters):
    """Return the months that his age and health leave the ruler."""
    president = world.president[0]
    return months_left(params.age_clock, president.age, president.health)


@kernel
def premier_or_deputy(world: World):
    """Return who takes over the ruler's machine: his premier, deputy, or an unknown."""
    if is_at_large(world.contenders[Role.PREMIER]):
        return Role.PREMIER + 0
    return deputy_or_unknown(world)


@kernel
def leave_lame_duck(world: World, p: AgeClockNumbers, i, wish):
    """Let oligarch i leave a lame duck if he wishes it more than he is patient."""
    oligarch = world.oligarchs[i]
    if has_broken_away(oligarch.stance) or wish <= patience_of(p, oligarch.boldness):
        return 0
    record_break(world, i, wish)
    return 1


# --- the rules -----------------------------------------------------------------------------------
@rule(
    id="age_clock.reckon",
    claim="Men count the months a ruler has left: by his age, and if he is unloved by his term.",
    standing="assumption",
)
def count_months(world: World, params: Parameters, stream: Stream):
    """Let a month wear the ruler's popularity, and let everyone count what he has left."""
    p = params.age_clock
    president = world.president[0]
    president.approval = worn_approval(p, president.approval)
    to_vote = max(0.0, float(world.constitution[0].president_due - world.clock[0].month))
    months = months_to_count_on(months_of_body(world, params), to_vote, president.approval)
    president.expected_end = nearness_of_end(p, months)


@rule(
    id="age_clock.defect",
    claim="The elite leaves an unloved ruler whose time runs out, each the sooner the more do so.",
    standing="assumption",
)
def leave_before_end(world: World, params: Parameters, stream: Stream):
    """Let men leave in rounds, each until nobody else does."""
    p = params.age_clock
    president = world.president[0]
    left_this_month, is_news = 0, True
    while is_news:
        seen_out = share_in_opposition(world)
        wish = wish_to_leave(p, president.expected_end, president.approval, seen_out)
        left = 0
        for i in range(len(world.oligarchs)):
            left += leave_lame_duck(world, p, i, wish)
        left_this_month += left
        is_news = left > 0
    note_wave(world, params, left_this_month)


@rule(
    id="age_clock.elect_president",
    claim="Popularity and the machine win votes; who leaves takes his part of it with him.",
    standing="assumption",
)
def elect_by_machine(world: World, params: Parameters, stream: Stream):
    """Hold a presidential election that is due; a ruler too old for a term puts up his heir."""
    if not is_president_due(world):
        return
    constitution = world.constitution[0]
    is_last_term = months_of_body(world, params) < float(constitution.term_months)
    approval = world.president[0].approval
    share = machine_share(params.age_clock, approval, share_in_opposition(world))
    rulers = world.history[0].rulers
    hold_vote(world, params, stream, share, share)
    if is_last_term and world.history[0].rulers == rulers:
        due = constitution.president_due
        end_tenure(world, params, stream, premier_or_deputy(world), Exit.HEIR)
        # His heir was elected in this vote and needs no other.
        constitution.mandate, constitution.president_due = Mandate.POPULAR, due


@rule(
    id="age_clock.elect_parliament",
    claim="A parliament is elected by the same popularity and the same machine as a ruler.",
    standing="assumption",
)
def elect_house_by_machine(world: World, params: Parameters, stream: Stream):
    """Elect a parliament that is due."""
    if not is_parliament_due(world):
        return
    approval = world.president[0].approval
    share = machine_share(params.age_clock, approval, share_in_opposition(world))
    seat_parliament(world, stream, 1.0 - share)
