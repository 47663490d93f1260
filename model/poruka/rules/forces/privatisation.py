"""Property: who receives the assets of the state, and how fortunes grow near the ruler.

What one takes from another is the page :mod:`.predation`. The page has more numbers than most, as
it holds two rules: who receives property, and what property and rent then earn.

Equations
---------
property.privatise
    released     = assets_left pace (1 - union_hold) (pace_floor + (1 - pace_floor) insulation)
    value        = assets_worth released
    care         = clip01(safe_hands (fear + policy))
    steered      = safe_floor + (1 - safe_floor) care
    kin_part     = value kin_share steered (1 - law), or 0 where the ruler has no kin
    foreign_part = value resource_share steered
    favour_i     = n_i (1 - distrust care (1 if eligible, else 0))
    right_i      = (law + (1 - law) favour_i) ability_i, or 0 if he is in opposition, in exile or in
                   prison
    home         = (value - kin_part - foreign_part) / value
    claim_i      = home right_i / sum of rights
    gift_i       = value claim_i, and of the gift he owes the part 1 - law to power
    the kin divide kin_part by kinship; the rest is foreign_part

property.earn
    y                = (yield_rate + growth_yield growth) / 12
    of an oligarch   wealth_i = wealth_i (1 + y / (1 + wealth_i / assets_worth)), of which he owes
                     what he owed before, and then a gift of power: rent n_i gdp / 12
    of the kin       wealth_m = wealth_m (1 + y / (1 + wealth_m / assets_worth))
    the fortune of one in prison or exile is lost within a `term`

Symbols
-------
assets_left : share of state assets that is still to be given away
union_hold : how far the centre of a union holds back what its republics own
insulation : how far no vote ties the ruler's hands
fear, policy : the ruler's fear of rivals; his policy of safe owners
care : how far he steers assets to owners who cannot use them against him
n_i, ability_i : nearness to the ruler; ability of an oligarch
eligible : whether he could be imagined as ruler
growth, gdp : growth a year; product of the country
home : part of the assets of a month that kin and foreigners leave to owners at home
law : how far rule by law is the custom
owed_i : part of his fortune that power gave him outside the law (:mod:`.ties`)

References
----------
Theses T019 T020 T034 T039 T045 (property.privatise), T039 T042 (property.earn), T021 T040 T049 T102
(single numbers); chapter, "Privatization and Power".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import MONTHS_PER_YEAR, TINY
from poruka.engine.functions import clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.kinds import External, Stance
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, PropertyNumbers, Stream, World
from poruka.rules.actors.ties import receive_from_power

# --- equations -----------------------------------------------------------------------------------


@kernel
def released_assets(p: PropertyNumbers, assets_left, union_hold, insulation):
    """Return the share of state assets that is released in a month, most by free hands (T039).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("property")
    >>> released_assets(p, 0.6, 0.1, 0.8) > released_assets(p, 0.6, 0.1, 0.0)
    True
    >>> released_assets(p, 0.6, 0.1, 0.8) > released_assets(p, 0.6, 0.9, 0.8)
    True
    """
    free_hands = p.pace_floor + (1.0 - p.pace_floor) * insulation
    return assets_left * p.pace * (1.0 - union_hold) * free_hands


@kernel
def care_for_safe_owners(p: PropertyNumbers, fear, policy):
    """Return how far a ruler who fears rivals steers assets to safe owners (T020).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("property")
    >>> care_for_safe_owners(p, 0.5, 0.0) > care_for_safe_owners(p, 0.1, 0.0)
    True
    >>> care_for_safe_owners(p, 0.1, 0.5) > care_for_safe_owners(p, 0.1, 0.0)
    True
    """
    return clip01(p.safe_hands * (fear + policy))


@kernel
def part_of_safe_owners(p: PropertyNumbers, value, share, care):
    """Return what falls to kin or to foreigners, more where fear of rivals rules (T020).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("property")
    >>> part_of_safe_owners(p, 2.0, 0.3, 0.8) > part_of_safe_owners(p, 2.0, 0.3, 0.0) > 0.0
    True
    >>> part_of_safe_owners(p, 2.0, 0.3, 0.8) > part_of_safe_owners(p, 2.0, 0.1, 0.8)
    True
    """
    # Power that answers to nobody enriches its circle without any special greed (T019).
    return value * share * (p.safe_floor + (1.0 - p.safe_floor) * care)


@kernel
def claim_to_assets(p: PropertyNumbers, nearness, ability, doubt, law):
    """Return the claim of an oligarch: nearness counts, and trust, as far as law does not (T039).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("property")
    >>> claim_to_assets(p, 0.8, 0.5, 0.6, 0.1) > claim_to_assets(p, 0.2, 0.5, 0.6, 0.1)
    True
    >>> claim_to_assets(p, 0.8, 0.5, 0.0, 0.1) > claim_to_assets(p, 0.8, 0.5, 0.6, 0.1)
    True
    >>> claim_to_assets(p, 0.8, 0.5, 0.6, 1.0) == claim_to_assets(p, 0.2, 0.5, 0.0, 1.0)
    True
    """
    favour = nearness * (1.0 - p.distrust * doubt)
    return (law + (1.0 - law) * favour) * ability


@kernel
def home_share(value, kin_part, foreign_part):
    """Return what part of the assets given away is left to owners at home (T020, T040).

    >>> home_share(2.0, 0.4, 0.3) > home_share(2.0, 0.9, 0.3) > home_share(2.0, 0.9, 1.0)
    True
    >>> home_share(0.0, 0.0, 0.0)
    0.0
    """
    return max(0.0, value - kin_part - foreign_part) / max(value, TINY)


@kernel
def yield_of_growth(p: PropertyNumbers, growth):
    """Return what growth adds to the yield of a fortune in a month (T042, T044).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("property")
    >>> yield_of_growth(p, 0.05) > yield_of_growth(p, 0.0)
    True
    """
    return p.growth_yield * growth / MONTHS_PER_YEAR


@kernel
def fortune_in_market(p: PropertyNumbers, wealth, base):
    """Return a fortune after a month in the market; one that owns a country grows more slowly.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("property")
    >>> fortune_in_market(p, 1.0, 0.01) / 1.0 > fortune_in_market(p, 90.0, 0.01) / 90.0 > 1.0
    True
    """
    return wealth * (1.0 + base / (1.0 + wealth / p.assets_worth))


@kernel
def rent_of_favour(p: PropertyNumbers, nearness, gdp):
    """Return what favour pays an oligarch in a month (T039).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("property")
    >>> rent_of_favour(p, 0.8, 1.0) > rent_of_favour(p, 0.1, 1.0)
    True
    """
    return p.rent * nearness * gdp / MONTHS_PER_YEAR


# --- what the equations read off the world -------------------------------------------------------


@kernel
def care_of_ruler(world: World, p: PropertyNumbers):
    """Return how far the ruler steers assets to safe owners."""
    care = care_for_safe_owners(p, world.president[0].fear, world.economy[0].safe_policy)
    return through(world, Channel.CARE_FOR_SAFE_OWNERS, 0, care)


@kernel
def right_to_assets(world: World, p, i, care):
    """Return the right of oligarch i to what is given away, were he no opponent."""
    oligarch = world.oligarchs[i]
    doubt = care if oligarch.eligible else 0.0
    doubt = through(world, Channel.DOUBT_OF_ELIGIBLE_OWNERS, i, doubt)
    law = world.society[0].law_custom
    return claim_to_assets(p, oligarch.nearness, oligarch.ability, doubt, law)


# --- the rules -----------------------------------------------------------------------------------


@kernel
def divide_at_home(world: World, p: PropertyNumbers, value, home, care):
    """Divide what is left for owners at home by their claims."""
    law = world.society[0].law_custom
    total = 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        is_excluded = (
            oligarch.stance == Stance.OPPONENT
            or oligarch.stance == Stance.EXILE
            or oligarch.stance == Stance.PRISONER
        )
        oligarch.claim = 0.0 if is_excluded else right_to_assets(world, p, i, care)
        total += oligarch.claim
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        # Part of all that is given away, so that it also says what he may still hope for.
        oligarch.claim *= home / max(total, TINY)
        receive_from_power(world, i, value * oligarch.claim, law)


@kernel
def divide_among_kin(world: World, kin_part):
    """Divide what falls to the ruler's kin by their nearness of blood or marriage."""
    total_kinship = 0.0
    for m in range(len(world.family)):
        total_kinship += world.family[m].kinship if world.family[m].active else 0.0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active:
            kinsman.wealth += kin_part * kinsman.kinship / max(total_kinship, TINY)


@rule(
    id="property.privatise",
    claim=(
        "Assets go by nearness to the ruler; where he fears rivals the richest branches go to kin,"
        " to men who could never rule and to foreigners."
    ),
    theses=["T019", "T020", "T034", "T039", "T045"],
    locator="Privatization and Power",
    standing="stated",
    mechanism="M3.privatisation",
)
def privatise(world: World, params: Parameters, stream: Stream):
    """Release a part of the assets, and divide it among kin, foreigners and owners at home."""
    p = params.property
    economy, president = world.economy[0], world.president[0]
    union_hold = world.outsides[External.UNION_HOLD].value
    released = released_assets(p, economy.assets_left, union_hold, economy.insulation)
    economy.assets_left = clip01(economy.assets_left - released)
    value = p.assets_worth * released
    care = care_of_ruler(world, p)
    # Where power answers to law its kin get nothing for being kin (T019).
    kin_part = part_of_safe_owners(p, value, p.kin_share, care)
    kin_part *= 1.0 - world.society[0].law_custom
    kin_part *= 1.0 if president.kin > 0 else 0.0
    kin_part = through(world, Channel.KIN_PART, 0, kin_part)
    foreign_part = part_of_safe_owners(p, value, p.resource_share, care)
    economy.foreign_share = clip01(economy.foreign_share + foreign_part / p.assets_worth)
    divide_at_home(world, p, value, home_share(value, kin_part, foreign_part), care)
    divide_among_kin(world, kin_part)


@rule(
    id="property.earn",
    claim="Fortunes grow with the market; nearness to the ruler adds rent on top.",
    theses=["T039", "T042"],
    locator="Privatization and Power",
    standing="operationalised",
    mechanism="M3.rents",
)
def earn(world: World, params: Parameters, stream: Stream):
    """Let the fortunes of oligarchs and kin grow by a month; those of the punished melt away."""
    p = params.property
    economy = world.economy[0]
    from_growth = through(
        world, Channel.FORTUNES_FROM_GROWTH, 0, yield_of_growth(p, economy.growth)
    )
    base = p.yield_rate / MONTHS_PER_YEAR + from_growth
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == Stance.PRISONER or oligarch.stance == Stance.EXILE:
            oligarch.wealth = forget(oligarch.wealth, params.memory.term)
            continue
        grown = fortune_in_market(p, oligarch.wealth, base)
        # What the market earns he owes to nobody; what favour pays he owes to power.
        oligarch.owed = clip01(oligarch.owed * oligarch.wealth / max(grown, TINY))
        oligarch.wealth = grown
        rent = rent_of_favour(p, oligarch.nearness, economy.gdp)
        receive_from_power(world, i, rent, world.society[0].law_custom)
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active:
            kinsman.wealth = fortune_in_market(p, kinsman.wealth, base)
