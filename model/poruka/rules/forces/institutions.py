"""Institutions: independence, the presidency, belief in the new state, and custom.

Equations
---------
institutions.stand
    the republic is independent once the hold of the union < independence_threshold
    statehood  follows 1 within a term, slower in a war: 1 / term (1 - war) of the way in a month
institutions.crown
    if the neighbours have presidents, a parliament sits and he has no mandate, it makes him
    president with the chance clip01(A (1 - D) (1 - presidency_custom C))
institutions.settle
    C          follows 1 within a generation under an adopted constitution with a parliament
    law_custom follows 1 likewise, unpractised + (1 - unpractised) habit times as fast, and is
               lost within a term under full arbitrariness

Symbols
-------
A : approval of the ruler
D, C : dissent in parliament; its custom of separated powers
law_custom, habit, arbitrariness : of society: power bound by rules; changing power by vote;
    breaches of law that it saw

References
----------
Theses T012 T060 T085 T087 T092 T111; chapter, "The Rise of Personal Rule", "Presidents and
Parliaments".
"""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import External, Mandate
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import InstitutionsNumbers, Parameters, Stream, World

DRAW_PRESIDENCY = 0

# --- equations -----------------------------------------------------------------------------------


@kernel
def wish_for_presidency(p: InstitutionsNumbers, approval, dissent, custom):
    """Return how much a parliament wishes to make its ruler president.

    Where powers have long been separated, it keeps its own head and creates no office above itself
    (T060).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("institutions")
    >>> wish_for_presidency(p, 0.9, 0.1, 0.0) > wish_for_presidency(p, 0.2, 0.1, 0.0)
    True
    >>> wish_for_presidency(p, 0.9, 0.1, 0.0) > wish_for_presidency(p, 0.9, 0.1, 1.0)
    True
    """
    return approval * (1.0 - dissent) * (1.0 - p.presidency_custom * custom)


@kernel
def next_law_custom(p: InstitutionsNumbers, law_custom, growth, habit, arbitrariness, term):
    """Return the custom of rule-bound power after a month: learnt by habit, unlearnt by breaches.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("institutions")
    >>> custom = next_law_custom(p, 0.5, 0.01, 0.5, 0.0, 60.0)
    >>> custom > next_law_custom(p, 0.5, 0.01, 0.5, 1.0, 60.0)
    True
    >>> next_law_custom(p, 0.5, 0.01, 0.9, 0.0, 60.0) > custom
    True
    """
    by_habit = p.unpractised + (1.0 - p.unpractised) * habit
    learnt = growth * by_habit * (1.0 - law_custom)
    return clip01(law_custom + learnt - arbitrariness * law_custom / term)


# --- the rules -----------------------------------------------------------------------------------


@rule(
    id="institutions.stand",
    claim=(
        "When the centre's hold is gone the republic is a state, whether it wanted to or not;"
        " people come to believe in it slowly."
    ),
    theses=["T085", "T092", "T111"],
    locator="Balancing Between Opposing Camps",
    standing="operationalised",
    mechanism="M9.shocks",
)
def update_statehood(world: World, params: Parameters, stream: Stream):
    """Make the republic a state when the centre lets go, and let belief in it grow."""
    p = params.institutions
    constitution = world.constitution[0]
    society = world.society[0]
    union_hold = world.outsides[External.UNION_HOLD].value
    if not constitution.independent and union_hold < p.independence_threshold:
        constitution.independent = True
        log_event(world, EventKind.INDEPENDENCE, Entity.PARLIAMENT, NOBODY, union_hold)
    if constitution.independent:
        belief = (1.0 - society.war) / params.memory.term
        society.statehood = clip01(relax(society.statehood, 1.0, belief))


@rule(
    id="institutions.crown",
    claim=(
        "A ruler cannot hold a lesser mandate than his peers: when they become presidents, his"
        " parliament makes him one."
    ),
    theses=["T012"],
    locator="The Rise of Personal Rule",
    standing="stated",
    mechanism="M8.calendar",
)
def create_presidency(world: World, params: Parameters, stream: Stream):
    """Let parliament make its ruler president when his peers have become presidents."""
    p = params.institutions
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    president = world.president[0]
    clock = world.clock[0]
    if (
        constitution.mandate != Mandate.NONE
        or not parliament.sits
        or world.outsides[External.NEIGHBOUR_MANDATE].value < 1.0
    ):
        return
    wish = wish_for_presidency(p, president.approval, parliament.dissent, parliament.custom)
    if uniform(stream, DRAW_PRESIDENCY, 0) < clip01(wish):
        constitution.mandate = Mandate.OF_PARLIAMENT
        parliament.chair_empty = True  # he leaves the speaker's chair for the new office
        constitution.president_due = clock.month + constitution.term_months
        event = log_event(world, EventKind.LAW, Entity.PARLIAMENT, Entity.PRESIDENT, 1.0)
        log_reason(world, event, Reason.APPROVAL, president.approval)
        log_reason(world, event, Reason.POWER, parliament.dissent)


@rule(
    id="institutions.settle",
    claim=(
        "Custom grows where rules are kept and withers where they are remade: each year under one"
        " constitution teaches something, each breach unteaches more."
    ),
    theses=["T060", "T087"],
    locator="Presidents and Parliaments",
    standing="operationalised",
    mechanism="M4.custom",
)
def update_legal_custom(world: World, params: Parameters, stream: Stream):
    """Let custom grow under one constitution and wither with every breach."""
    memory = params.memory
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    society = world.society[0]
    growth = 1.0 / memory.generation if constitution.adopted and parliament.sits else 0.0
    parliament.custom = clip01(relax(parliament.custom, 1.0, growth))
    society.law_custom = next_law_custom(
        params.institutions,
        society.law_custom,
        growth,
        society.habit,
        society.arbitrariness,
        memory.term,
    )
