"""Effects of instruments on the ruler himself: image, safety, funds, succession.

Equations
---------
glorify
    honeymoon = max(honeymoon, min(its ceiling, honeymoon + strength x ceiling))
fill_secret_fund
    fund += strength oil income
allocate_to_safe_owners
    share of privatised property that goes to safe owners += strength

Symbols
-------
strength : how far the act goes, from the table of instruments
honeymoon : favour that the ruler owes to a fresh start, with the ceiling `tenure.honeymoon`
fund : the secret fund, as a share of the largest

References
----------
Theses T015 T020; chapter, "A President Empowered and Glorified" and "Privatization and Power".
"""

from poruka.engine.event_log import log_event
from poruka.engine.functions import clip01
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import inner_kernel
from poruka.engine.kinds import CourtKind, Role
from poruka.engine.record_kinds import Entity, EventKind
from poruka.engine.world_types import Instrument, Parameters, Stream, World

# --- one kernel a verb ---------------------------------------------------------------------------


@inner_kernel
def prepare_handover(world: World, params: Parameters, stream: Stream, instrument, success):
    """Make ready to leave the office to an heir."""
    world.president[0].ready_to_go = True


@inner_kernel
def allocate_to_safe_owners(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Let more of what is privatised go to owners who will not turn against the ruler."""
    economy = world.economy[0]
    economy.safe_policy = clip01(economy.safe_policy + instrument.strength)


@inner_kernel
def grant_immunity(world: World, params: Parameters, stream: Stream, instrument, success):
    """Free the ruler by law from answering for what he did."""
    world.constitution[0].immunity = True
    guilt = world.president[0].guilt
    log_event(world, EventKind.LAW, Entity.PARLIAMENT, Entity.PRESIDENT, guilt)


@inner_kernel
def declare_emergency(world: World, params: Parameters, stream: Stream, instrument, success):
    """Give the ruler the right to rule by emergency."""
    world.constitution[0].emergency = True
    log_event(world, EventKind.LAW, Entity.PRESIDENT, Entity.CONSTITUTION, 1.0)


@inner_kernel
def glorify(world: World, params: Parameters, stream: Stream, instrument: Instrument, success):
    """Praise the ruler, as he was praised at the start, up to as much as a ruler can have."""
    ceiling = params.tenure.honeymoon
    president = world.president[0]
    praised = min(ceiling, president.honeymoon + instrument.strength * ceiling)
    president.honeymoon = max(president.honeymoon, praised)


@inner_kernel
def fill_secret_fund(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Put income from oil into the ruler's secret fund."""
    economy = world.economy[0]
    economy.fund = clip01(economy.fund + instrument.strength * economy.oil_income)


@inner_kernel
def abolish_deputy(world: World, params: Parameters, stream: Stream, instrument, success):
    """Abolish the second office, so that nobody is the natural successor."""
    world.constitution[0].deputy_office = False
    world.contenders[Role.VICE_PRESIDENT].office = 0.0


@inner_kernel
def replace_court(world: World, params: Parameters, stream: Stream, instrument, success):
    """Replace the constitutional court by one that the ruler appoints."""
    world.courts[CourtKind.CONSTITUTIONAL].appointed = 1.0
    log_event(world, EventKind.LAW, Entity.PRESIDENT, Entity.COURTS, 1.0)


EFFECTS_ON_RULER = (
    (Verb.HAND_OVER, prepare_handover),
    (Verb.ALLOCATE_TO_SAFE_OWNERS, allocate_to_safe_owners),
    (Verb.IMMUNITY, grant_immunity),
    (Verb.EMERGENCY, declare_emergency),
    (Verb.GLORIFY, glorify),
    (Verb.FILL_SECRET_FUND, fill_secret_fund),
    (Verb.ABOLISH_DEPUTY, abolish_deputy),
    (Verb.REPLACE_COURT, replace_court),
)
