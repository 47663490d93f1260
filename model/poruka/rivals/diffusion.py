"""Diffusion: rulers fall when rulers nearby have fallen, and do what rulers nearby have done.

A rival account. What happens abroad is an example: falls of rulers teach crowds, elites and voters
that they can win, and what rulers get away with is copied by rulers. It is silent about all causes
at home: without examples nothing happens here but votes that the ruler wins.

Equations
---------
share_out
    turnout    = clip01(drawn_out example)
chance_of_fall
    chance     = clip01(fall example turnout)
chance_to_follow
    chance     = clip01(following example boldness_i)
chance_to_copy
    chance     = clip01(copying precedent)
share_of_unmoved
    share      = clip01(1 - swing example)
diffusion.watch
    example moves to clip01(defeats + crowds) within a season, and to 0 in a country that has
    followed: one whose ruler fell by vote or street is no longer at risk
diffusion.copy
    the ruler copies each precedent once, with chance_to_copy in a month in which he can: a
    dispersal while a parliament sits, an extension or a handover once he is president, a
    constitution of his own, immunity; so he does a popular mandate, at once
diffusion.protest
    a citizen protests with chance turnout; the ruler falls to the street with chance_of_fall
diffusion.defect
    one of the elite breaks with the ruler with chance_to_follow
diffusion.elect_president
    the ruler has the votes of share_of_unmoved, the best organised challenger the others
diffusion.elect_parliament
    opponents have 1 - share of the seats

Symbols
-------
example, precedent : recent falls of rulers elsewhere; recent use elsewhere of one device of rulers
defeats, crowds : variables abroad: rulers voted out, rulers driven out
boldness_i : boldness of one of the elite
small_crowd, great_crowd : shares of citizens at which a protest is logged, and called a crowd
    (of `crisis`)

References
----------
D. Brinks and M. Coppedge, "Diffusion Is No Illusion" (2006); M. Beissinger, "Structure and Example
in Modular Political Phenomena" (2007); V. Bunce and S. Wolchik, Defeating Authoritarian Leaders
(2011); M. Lynch, The Arab Uprising (2012); T. Ambrosio, "Constructing a Framework of Authoritarian
Diffusion" (2010), on what rulers copy.
"""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event
from poruka.engine.functions import approach, clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import has_broken_away, is_precedent
from poruka.engine.kinds import Crisis, External, Mandate
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit
from poruka.engine.rule import rule
from poruka.engine.world_types import DiffusionNumbers, Parameters, Stream, World
from poruka.rivals.ballots import (
    best_organised_challenger,
    hold_vote,
    is_parliament_due,
    seat_parliament,
)
from poruka.rivals.copied_devices import can_copy, copy_device, has_copied, instrument_of_precedent
from poruka.rules.actors.defection import note_wave
from poruka.rules.forces.elections import is_president_due
from poruka.rules.forces.tenure import end_tenure
from poruka.rules.history_records import record_break

DRAW_COPY = 0
DRAW_OUT = 0
DRAW_FALL = 1
DRAW_FOLLOW = 0


# --- equations -----------------------------------------------------------------------------------
@kernel
def share_out(p: DiffusionNumbers, example):
    """Return the share of citizens whom the example of others draws into the street.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("diffusion")
    >>> share_out(p, 0.8) > share_out(p, 0.3) > share_out(p, 0.0) == 0.0
    True
    """
    return clip01(p.drawn_out * example)


@kernel
def chance_of_fall(p: DiffusionNumbers, example, turnout):
    """Return the chance that the street drives the ruler out in a month, as it did elsewhere.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("diffusion")
    >>> chance_of_fall(p, 0.8, 0.2) > chance_of_fall(p, 0.3, 0.2)
    True
    >>> chance_of_fall(p, 0.8, 0.2) > chance_of_fall(p, 0.8, 0.1)
    True
    """
    return clip01(p.fall * example * turnout)


@kernel
def chance_to_follow(p: DiffusionNumbers, example, boldness):
    """Return the chance that one of the elite breaks with the ruler, as others did elsewhere.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("diffusion")
    >>> chance_to_follow(p, 0.8, 0.5) > chance_to_follow(p, 0.3, 0.5)
    True
    >>> chance_to_follow(p, 0.8, 0.9) > chance_to_follow(p, 0.8, 0.5)
    True
    """
    return clip01(p.following * example * boldness)


@kernel
def chance_to_copy(p: DiffusionNumbers, precedent):
    """Return the chance that a ruler does in a month what another did before him.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("diffusion")
    >>> chance_to_copy(p, 0.9) > chance_to_copy(p, 0.4) > chance_to_copy(p, 0.0) == 0.0
    True
    """
    return clip01(p.copying * precedent)


@kernel
def share_of_unmoved(p: DiffusionNumbers, example):
    """Return the share of votes that the example of others leaves to the ruler.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("diffusion")
    >>> share_of_unmoved(p, 0.8) < share_of_unmoved(p, 0.3) < share_of_unmoved(p, 0.0) == 1.0
    True
    """
    return clip01(1.0 - p.swing * example)


# --- what the equations read off the world -------------------------------------------------------
@kernel
def votes_of_unmoved(world: World, params: Parameters):
    """Return the share of votes that the ruler has today."""
    return share_of_unmoved(params.diffusion, world.society[0].example_of_change)


@kernel
def citizens_out(world: World, stream: Stream, turnout):
    """Draw out citizens with a chance; return their share."""
    out = 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        citizen.out = uniform(stream, DRAW_OUT, i) < turnout
        out += 1.0 if citizen.out else 0.0
    return out / len(world.citizens)


# --- the rules -----------------------------------------------------------------------------------
@rule(
    id="diffusion.watch",
    claim="The fall of a ruler elsewhere is an example until it is forgotten or has been followed.",
    standing="assumption",
)
def watch_neighbours(world: World, params: Parameters, stream: Stream):
    """Let people take notice of rulers who fell elsewhere."""
    society = world.society[0]
    defeats = world.outsides[External.PRECEDENT_DEFEAT].value
    crowds = world.outsides[External.PRECEDENT_CROWD].value
    # As in studies of diffusion, who has adopted leaves the set of those at risk.
    has_followed = world.history[0].rotations + world.history[0].revolutions > 0
    examples = 0.0 if has_followed else clip01(defeats + crowds)
    society.example_of_change = approach(society.example_of_change, examples, params.memory.season)


@rule(
    id="diffusion.copy",
    claim="A ruler does what rulers nearby got away with, once each, while it is remembered.",
    standing="assumption",
)
def copy_neighbours(world: World, params: Parameters, stream: Stream):
    """Let the ruler copy what rulers nearby have done."""
    p = params.diffusion
    constitution, clock = world.constitution[0], world.clock[0]
    if world.crisis[0].kind == Crisis.VACANCY:
        return
    peers = world.outsides[External.NEIGHBOUR_MANDATE].value
    if constitution.mandate == Mandate.OF_PARLIAMENT and peers > 1.0:
        constitution.president_due = min(constitution.president_due, clock.month)
    for e in range(len(world.outsides)):
        if not is_precedent(e):
            continue
        instrument = instrument_of_precedent(world, stream, e)
        if instrument < 0 or has_copied(world, e) or not can_copy(world, e):
            continue
        if uniform(stream, DRAW_COPY, e) < chance_to_copy(p, world.outsides[e].value):
            consent = votes_of_unmoved(world, params)
            copy_device(world, params, stream, e, instrument, consent)


@rule(
    id="diffusion.protest",
    claim="Crowds abroad draw out crowds at home, and these drive a ruler out as those did.",
    standing="assumption",
)
def follow_crowds(world: World, params: Parameters, stream: Stream):
    """Let citizens protest as others did, and perhaps the ruler fall."""
    p, society = params.diffusion, world.society[0]
    society.protest = citizens_out(world, stream, share_out(p, society.example_of_change))
    history = world.history[0]
    history.largest_crowd = max(history.largest_crowd, society.protest)
    if society.protest > params.crisis.small_crowd:
        is_crowd = society.protest > params.crisis.great_crowd
        kind = EventKind.CROWD if is_crowd else EventKind.PROTEST
        log_event(world, kind, NOBODY, Entity.PRESIDENT, society.protest)
    challenger = best_organised_challenger(world)
    if challenger < 1 or world.crisis[0].kind == Crisis.VACANCY:
        return
    chance = chance_of_fall(p, society.example_of_change, society.protest)
    if uniform(stream, DRAW_FALL, 0) < chance:
        end_tenure(world, params, stream, challenger, Exit.REVOLUTION)


@rule(
    id="diffusion.defect",
    claim="The elite leaves its ruler where it has seen the elites of others leave theirs.",
    standing="assumption",
)
def follow_defectors(world: World, params: Parameters, stream: Stream):
    """Let each of the elite break with the ruler, as others did elsewhere."""
    example = world.society[0].example_of_change
    left_this_month = 0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        chance = chance_to_follow(params.diffusion, example, oligarch.boldness)
        if not has_broken_away(oligarch.stance) and uniform(stream, DRAW_FOLLOW, i) < chance:
            record_break(world, i, example)
            left_this_month += 1
    note_wave(world, params, left_this_month)


@rule(
    id="diffusion.elect_president",
    claim="Voters leave a ruler where they have seen the voters of others leave theirs.",
    standing="assumption",
)
def elect_after_example(world: World, params: Parameters, stream: Stream):
    """Hold a presidential election that is due."""
    if not is_president_due(world):
        return
    share = votes_of_unmoved(world, params)
    hold_vote(world, params, stream, share, share)


@rule(
    id="diffusion.elect_parliament",
    claim="A parliament is elected under the same example as a ruler.",
    standing="assumption",
)
def elect_house_after_example(world: World, params: Parameters, stream: Stream):
    """Elect a parliament that is due."""
    if is_parliament_due(world):
        seat_parliament(world, stream, 1.0 - votes_of_unmoved(world, params))
