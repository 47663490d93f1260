"""Ties of the elite: what binds a rich man to the ruler while he stays.

Favour, what he may still be given, and mutual cover: what is unlawful in his fortune he shares with
the others, who answer for each other. The same fortune is what he fears for later, as what power
gave power can take. Each tie holds by itself; :mod:`.stay_or_leave` weighs them against leaving,
and the mean over all is the cohesion of the elite.

Equations
---------
property_to_come
    to_come    = assets_left (1 - union_hold) (1 - law_custom)
spoils_of_staying
    spoils_i   = saturate(assets_worth to_come claim_i, fortune)
owed_share
    owed_i     = (owed_i wealth_i + (1 - law_custom) gift) / (wealth_i + gift) after a gift of power
hold_of_power
    hold_i     = saturate(owed_i wealth_i, fortune)
mutual_cover
    cover_i    = f_i hold_i
tie_to_ruler
    bond_i     = 1 - (1 - n_i) (1 - spoils_i) (1 - cover_i)

Symbols
-------
saturate(x, half) : x / (x + half)
assets_left : share of state assets that is still to be given away
union_hold : how far the centre of a union holds back what its republics own
law_custom : how far rule by law is the custom
to_come : what power has still to give, which is neither the union's nor bound by law
assets_worth : worth of all assets, a number of :mod:`.privatisation`
claim_i, spoils_i : his part of all that is given away; what he may still hope for
wealth_i, owed_i : his fortune; the part of it that power gave outside the law
hold_i, cover_i : what he would not have without power; what he and the others cover for each other
bond_i : how firmly he is tied to the ruler, by favour, by what is to come and by mutual cover
n_i, f_i : his nearness to the ruler; compromising files on him
fortune : fortune at which wealth gives half of what it can, a number of :mod:`.oligarchs`

References
----------
Theses T038 T039 T040 T041; chapter, "Privatization and Power" and "The New Opposition".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import TINY
from poruka.engine.functions import clip01, saturate
from poruka.engine.jit import kernel
from poruka.engine.kinds import External
from poruka.engine.world_types import OligarchsNumbers, Parameters, World

# --- equations -----------------------------------------------------------------------------------


@kernel
def property_to_come(assets_left, union_hold, law_custom):
    """Return what power has still to give: not what the union holds, nor what law divides (T040).

    >>> property_to_come(0.8, 0.0, 0.1) > property_to_come(0.2, 0.0, 0.1)
    True
    >>> property_to_come(0.8, 0.0, 0.1) > property_to_come(0.8, 0.9, 0.1)
    True
    >>> property_to_come(0.8, 0.0, 0.1) > property_to_come(0.8, 0.0, 0.9)
    True
    """
    return assets_left * (1.0 - union_hold) * (1.0 - law_custom)


@kernel
def spoils_of_staying(p: OligarchsNumbers, worth_to_come, claim):
    """Return what a man may still hope to be given, on the scale of what he has (T040).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> spoils_of_staying(p, 40.0, 0.02) > spoils_of_staying(p, 5.0, 0.02)
    True
    >>> spoils_of_staying(p, 40.0, 0.02) > spoils_of_staying(p, 40.0, 0.001)
    True
    """
    return saturate(worth_to_come * claim, p.fortune)


@kernel
def owed_share(owed, wealth, gift, law):
    """Return what part of a fortune power gave outside the law, after it gave more (T039).

    >>> owed_share(0.2, 1.0, 1.0, 0.0) > owed_share(0.2, 1.0, 1.0, 0.9)
    True
    >>> owed_share(0.2, 1.0, 1.0, 0.0) > owed_share(0.2, 1.0, 0.1, 0.0)
    True
    """
    return clip01((owed * wealth + (1.0 - law) * gift) / max(wealth + gift, TINY))


@kernel
def hold_of_power(p: OligarchsNumbers, owed, wealth):
    """Return how much a man has that power gave and could take, from 0 to 1 (T039, T041).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> hold_of_power(p, 0.9, 2.0) > hold_of_power(p, 0.2, 2.0) > hold_of_power(p, 0.2, 0.5)
    True
    """
    return saturate(owed * wealth, p.fortune)


@kernel
def mutual_cover(files, hold):
    """Return the bond of shared guilt: what could be brought against him, and what for (T038).

    >>> mutual_cover(0.8, 0.6) > mutual_cover(0.8, 0.1), mutual_cover(0.8, 0.6) > 0.6 * 0.1
    (True, True)
    """
    return files * hold


@kernel
def tie_to_ruler(nearness, spoils, cover):
    """Return how firmly a man is tied to the ruler: free only where no tie holds (T038, T039).

    >>> tied = tie_to_ruler(0.4, 0.3, 0.5)
    >>> tied > tie_to_ruler(0.1, 0.3, 0.5) and tied > tie_to_ruler(0.4, 0.0, 0.5)
    True
    >>> tied > tie_to_ruler(0.4, 0.3, 0.0)
    True
    """
    return 1.0 - (1.0 - nearness) * (1.0 - spoils) * (1.0 - cover)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def receive_from_power(world: World, i, gift, law):
    """Let oligarch i gain what he has through power, and owe it as far as no law gave it."""
    oligarch = world.oligarchs[i]
    oligarch.owed = owed_share(oligarch.owed, oligarch.wealth, gift, law)
    oligarch.wealth += gift


@kernel
def ties_of_property(world: World, params: Parameters, i):
    """Return what of property ties oligarch i to the ruler: what is to come, and mutual cover."""
    p = params.oligarchs
    oligarch, economy = world.oligarchs[i], world.economy[0]
    union_hold = world.outsides[External.UNION_HOLD].value
    to_come = property_to_come(economy.assets_left, union_hold, world.society[0].law_custom)
    spoils = spoils_of_staying(p, params.property.assets_worth * to_come, oligarch.claim)
    spoils = through(world, Channel.SPOILS_TO_COME, i, spoils)
    hold = hold_of_power(p, oligarch.owed, oligarch.wealth)
    cover = mutual_cover(oligarch.compromising_files, hold)
    return spoils, through(world, Channel.MUTUAL_SURETY, i, cover)


@kernel
def tie_elite(world: World, params: Parameters):
    """Keep how firmly each of the elite is tied to the ruler."""
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        spoils, cover = ties_of_property(world, params, i)
        oligarch.bond = tie_to_ruler(oligarch.nearness, spoils, cover)
