"""Effects of using an instrument: what every use does, then what its verb does.

What a verb does stands on the pages ``effects_on_*``; each ends with its part of the table. The
page has more numbers than most, as every act leaves traces in several places.

Equations
---------
apply_costs
    concealment = deniable (valuation.careless + (1 - valuation.careless) caution) hidden_hand
    visibility = clip01(1 - concealment)
    unpopularity += offence cost_citizens visibility (1 - valuation.inattention chaos)
    guilt = max(guilt, min(1, guilt + guilt_per_act irregular))
    felt repression += repression blunt irregular
    arbitrary power, as others see it, += elite_offence cost_elite
    his position towards the titular nation += cost_minority / year, as it follows what he does
    each rich man's grievance += elite_offence cost_elite visibility (1 - nearness)
apply_instrument
    share of defensive acts = that among all acts of the world
    its manner is told of (:mod:`.manners`)

Symbols
-------
cost_citizens, cost_elite, cost_minority : offence that the instrument gives them
deniable, irregular, blunt : share of blame that falls on others; how far it breaks the law; its
    force
caution, nearness : fields of the ruler and of a rich man
chaos : disorder in the country, from 0 to 1

References
----------
Theses T005 T008 T041 T064; chapter, "Presidents and Parliaments".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.dispatch import dispatching_kernel
from poruka.engine.functions import clip, clip01
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import inner_kernel, kernel
from poruka.engine.random_streams import rule_stream
from poruka.engine.world_types import (
    ActsNumbers,
    Instrument,
    Parameters,
    Stream,
    ValuationNumbers,
    World,
)
from poruka.rules.actors.effects_on_constitution import EFFECTS_ON_CONSTITUTION
from poruka.rules.actors.effects_on_deputies import EFFECTS_ON_DEPUTIES
from poruka.rules.actors.effects_on_elite import EFFECTS_ON_ELITE
from poruka.rules.actors.effects_on_parliament import EFFECTS_ON_PARLIAMENT
from poruka.rules.actors.effects_on_rivals import EFFECTS_ON_RIVALS
from poruka.rules.actors.effects_on_ruler import EFFECTS_ON_RULER
from poruka.rules.actors.effects_on_society import EFFECTS_ON_SOCIETY
from poruka.rules.actors.manners import acts_so_far, count_manners

# --- equations -----------------------------------------------------------------------------------


@kernel
def act_visibility(p: ValuationNumbers, hidden_hand, deniable, caution):
    """Return how far people see the ruler behind an act.

    A cautious man conceals more of what can be denied (T005, T008):

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("valuation")
    >>> seen = act_visibility(p, 0.5, 0.5, 0.5)
    >>> act_visibility(p, 0.5, 0.9, 0.5) < seen, act_visibility(p, 0.5, 0.5, 0.9) < seen
    (True, True)
    """
    concealed = p.careless + (1.0 - p.careless) * caution
    return clip01(1.0 - deniable * concealed * hidden_hand)


@kernel
def unpopularity_of_act(p: ValuationNumbers, offence, cost, visibility, chaos):
    """Return how much an act makes citizens turn from the ruler; chaos hides it (T064).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("valuation")
    >>> calm = unpopularity_of_act(p, 0.5, 0.5, 0.5, 0.0)
    >>> unpopularity_of_act(p, 0.5, 0.5, 0.5, 0.9) < calm
    True
    >>> unpopularity_of_act(p, 0.5, 0.5, 0.9, 0.0) > calm
    True
    """
    return offence * cost * visibility * (1.0 - p.inattention * chaos)


@kernel
def defensive_share(share, is_defensive, acts):
    """Return the share of defensive acts among all, the latest counted in.

    >>> defensive_share(0.5, True, 3) > 0.5 > defensive_share(0.5, False, 3)
    True
    """
    return share + ((1.0 if is_defensive else 0.0) - share) / max(1, acts)


# --- what every use does -------------------------------------------------------------------------


@kernel
def _offend_elite(world: World, p: ActsNumbers, cost, visibility):
    """Let the rich remember an offence, the more the further they are from the ruler."""
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.grievance = clip01(
            oligarch.grievance + p.elite_offence * cost * visibility * (1.0 - oligarch.nearness)
        )


@kernel
def apply_costs(world: World, params: Parameters, instrument: Instrument):
    """Let those offended remember it, and add to the ruler's guilt for what broke the law."""
    p = params.acts
    president = world.president[0]
    society = world.society[0]
    index = world.index[0]
    visibility = act_visibility(
        params.valuation, params.president.hidden_hand, instrument.deniable, president.caution
    )
    visibility = through(world, Channel.VISIBLE_HAND, 0, visibility)
    president.unpopularity = clip01(
        president.unpopularity
        + unpopularity_of_act(
            params.valuation,
            params.president.offence,
            instrument.cost_citizens,
            visibility,
            society.chaos,
        )
    )
    guilt = president.guilt + params.president.guilt_per_act * instrument.irregular
    president.guilt = max(president.guilt, min(1.0, guilt))
    index.repression = clip01(
        index.repression + p.repression * instrument.blunt * instrument.irregular
    )
    society.arbitrariness = clip01(society.arbitrariness + p.elite_offence * instrument.cost_elite)
    # One act does not make him a man of one people: his position follows a year of acts.
    shift = instrument.cost_minority / max(params.memory.year, 1.0)
    president.nation = clip(president.nation + shift, -1.0, 1.0)
    if instrument.cost_elite > 0.0:
        _offend_elite(world, p, instrument.cost_elite, visibility)


# --- what its verb does --------------------------------------------------------------------------


@inner_kernel
def do_nothing_further(world: World, params: Parameters, stream: Stream, instrument, success):
    """Do nothing: a manner is how another instrument is used, and is counted with that one."""


apply_verb = dispatching_kernel(
    "apply_verb",
    (
        *EFFECTS_ON_RIVALS,
        *EFFECTS_ON_CONSTITUTION,
        *EFFECTS_ON_DEPUTIES,
        *EFFECTS_ON_PARLIAMENT,
        *EFFECTS_ON_SOCIETY,
        *EFFECTS_ON_ELITE,
        *EFFECTS_ON_RULER,
        (Verb.MANNER, do_nothing_further),
    ),
    kinds=Verb,
    kind="instrument.verb",
    arguments=("world", "params", "stream", "instrument", "success"),
    module=__name__,
)


@kernel
def apply_instrument(world: World, params: Parameters, stream: Stream, instrument_row, success):
    """Use an instrument: apply its costs, then the effect of its verb, which may fail.

    Each instrument has a random stream of its own, so that two of one verb in a month differ.
    """
    tally = world.tally[0]
    instrument = world.instruments[instrument_row]
    instrument.uses += 1
    instrument.last_month = world.clock[0].month
    apply_costs(world, params, instrument)
    acts = acts_so_far(world)
    tally.defensive = defensive_share(tally.defensive, instrument.defensive, acts)
    count_manners(world, params.conditions, instrument)
    apply_verb(world, params, rule_stream(stream, instrument_row), instrument, success)
