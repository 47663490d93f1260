"""Kinds of what is recorded: events, the reasons for them, how a tenure ended, who was concerned.

Their names in data and tables stand in :mod:`poruka.engine.codes`.
"""

from enum import IntEnum

ENTITY_STRIDE = 10_000_000  # rows of a table that an entity's number has room for


class EventKind(IntEnum):
    """Kinds of events."""

    SHOCK = 0
    INSTRUMENT = 1
    BILL = 2
    ELECTION = 3
    REFERENDUM = 4
    DISSOLUTION = 5
    DEFECTION = 6
    CRITICISM = 7
    DEFECTOR_RETURN = 8
    DISMISSAL = 9
    APPOINTMENT = 10
    LAW = 11
    CONSTITUTION = 12
    VERDICT = 13
    SCANDAL = 14
    PROPERTY_SEIZURE = 15
    PROTEST = 16
    ETHNIC_CLASH = 17
    ETHNIC_WAR = 18
    COUP = 19
    ILLNESS = 20
    DEATH = 21
    EXIT_OF_RULER = 22
    ACCESSION = 23
    PARTY = 24
    MOVEMENT = 25
    DEFECTION_WAVE = 26
    CONFIDENCE_VOTE = 27
    INDEPENDENCE = 28
    CANDIDACY = 29
    OPEN_QUARREL = 30
    HEIR_NAMED = 31
    CROWD = 32
    HANDOVER = 33
    SUCCESSION_AGREEMENT = 34
    NEWCOMER = 35


class Reason(IntEnum):
    """The quantities that decide what actors do, as `why` shows them."""

    THREAT = 0
    VALUE = 1
    COST = 2
    SUCCESS_CHANCE = 3
    STAY = 4
    LEAVE = 5
    BELIEVED_SUCCESS = 6
    INSECURITY = 7
    PUNISHMENT = 8
    SPOILS = 9
    STREET_RISK = 10
    HARDSHIP = 11
    APPROVAL = 12
    SUPPORT = 13
    VOTES_FOR = 14
    VOTES_NEEDED = 15
    CROWD_SHARE = 16
    OBEDIENCE = 17
    BELIEF = 18
    ACCEPTABILITY = 19
    OPENING = 20
    MEANS = 21
    HEALTH = 22
    EXPECTED_END = 23
    GUILT = 24
    TENSION = 25
    PRECEDENT = 26
    POWER = 27
    GRIEVANCE = 28
    ADDED_SHARE = 29
    HEIR_CHANCE = 30
    DENIABLE = 31
    NOVELTY = 32
    FOLLOW_UP = 33


class Exit(IntEnum):
    """How a ruler's tenure ended."""

    INCUMBENT = 0
    HEIR = 1
    BOUND_HEIR = 2
    ROTATION = 3
    REVOLUTION = 4
    PALACE_COUP = 5
    ETHNIC_WAR = 6


class ParliamentEnding(IntEnum):
    """How the term of a parliament ended."""

    TERM_EXPIRED = 0
    SELF_DISSOLVED = 1
    COURT_VERDICT = 2
    FORCE = 3


class Intervention(IntEnum):
    """Interventions by an experimenter in a branch."""

    NONE = 0
    DIES = 1
    ILL = 2
    NAMED = 3
    FORBIDDEN = 4
    ALLOWED = 5
    FORCED = 6


class Entity(IntEnum):
    """Actors and targets of events: table and row in one number.

    ``Entity.OLIGARCHS + 17`` is the eighteenth oligarch.
    """

    CLOCK = 0 * ENTITY_STRIDE
    OUTSIDES = 1 * ENTITY_STRIDE
    SHOCKS = 2 * ENTITY_STRIDE
    ECONOMY = 3 * ENTITY_STRIDE
    CONSTITUTION = 4 * ENTITY_STRIDE
    PRESIDENT = 5 * ENTITY_STRIDE
    SOCIETY = 6 * ENTITY_STRIDE
    PARLIAMENT = 7 * ENTITY_STRIDE
    PREMIER = 8 * ENTITY_STRIDE
    CRISIS = 9 * ENTITY_STRIDE
    TALLY = 10 * ENTITY_STRIDE
    INDEX = 11 * ENTITY_STRIDE
    INTERVENTIONS = 12 * ENTITY_STRIDE
    HISTORY = 13 * ENTITY_STRIDE
    CONTENDERS = 14 * ENTITY_STRIDE
    CONSTITUENCIES = 15 * ENTITY_STRIDE
    BELIEFS = 16 * ENTITY_STRIDE
    CITIZENS = 17 * ENTITY_STRIDE
    CLANS = 18 * ENTITY_STRIDE
    FAMILY = 19 * ENTITY_STRIDE
    OLIGARCHS = 20 * ENTITY_STRIDE
    CLIENTS = 21 * ENTITY_STRIDE
    REGIONS = 22 * ENTITY_STRIDE
    DEPUTIES = 23 * ENTITY_STRIDE
    PARTIES = 24 * ENTITY_STRIDE
    MOVEMENTS = 25 * ENTITY_STRIDE
    OUTLETS = 26 * ENTITY_STRIDE
    COURTS = 27 * ENTITY_STRIDE
    COMMANDERS = 28 * ENTITY_STRIDE
    SPHERES = 29 * ENTITY_STRIDE
    AIMS = 30 * ENTITY_STRIDE
    INSTRUMENTS = 31 * ENTITY_STRIDE
