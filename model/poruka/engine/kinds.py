"""Kinds of actors and institutions that the state of a world stores as numbers.

Rules compare a field with a member, ``oligarch.stance == Stance.OPPONENT``; a misspelt member fails
the type check. The names of the members in data and tables stand in :mod:`poruka.engine.codes`.
"""

from enum import IntEnum


class Role(IntEnum):
    """Possible rulers. The row of a contender is his role, so that his draws keep their address.

    A magnate leads a bloc of those who broke away. His row is his while the bloc lives, and another
    man's after it; there are as many as blocs have room.
    """

    RULER = 0
    PEER = 1
    MODERATE = 2
    NATIONALIST = 3
    MINORITY_LEADER = 4
    COMMUNIST = 5
    VICE_PRESIDENT = 6
    PREMIER = 7
    MAGNATE = 8
    HEIR = 9
    SECOND_HEIR = 10
    THIRD_HEIR = 11
    SPOILER = 12
    UNKNOWN = 13
    SECOND_MAGNATE = 14
    THIRD_MAGNATE = 15
    FOURTH_MAGNATE = 16
    FIFTH_MAGNATE = 17
    SIXTH_MAGNATE = 18


class Horde(IntEnum):
    """Hordes: the ruler's own, the others by size."""

    OWN = 0
    SECOND = 1
    THIRD = 2


class Layer(IntEnum):
    """Layers of clients below the families."""

    FIRST = 1
    SECOND = 2
    THIRD = 3


class CommanderStance(IntEnum):
    """What a commander does in the face of a crowd."""

    OBEYS = 0
    STALLS = 1
    SWITCHES = 2


class Current(IntEnum):
    """Political currents, one movement each: four older ones, and blocs from this row on."""

    MODERATE = 0
    NATIONALIST = 1
    MINORITY = 2
    COMMUNIST = 3
    FIRST_BLOC = 4


class Mandate(IntEnum):
    """Who chose the ruler."""

    NONE = 0
    OF_PARLIAMENT = 1
    POPULAR = 2


class Stance(IntEnum):
    """How an oligarch stands towards the ruler; below OPPONENT he can still defect."""

    CLIENT = 0
    GRUMBLER = 1
    CRITIC = 2
    OPPONENT = 3
    EXILE = 4
    PRISONER = 5
    COOPTED = 6
    SILENT = 7


class Post(IntEnum):
    """Posts that members of the elite hold."""

    NONE = 0
    MINISTER = 1
    PREMIER = 2
    GOVERNOR = 3
    AMBASSADOR = 4
    ADVISER = 5


class Constituency(IntEnum):
    """Whose support for a possible ruler is weighed."""

    TITULARS = 0
    MINORITIES = 1
    BUSINESS = 2
    OFFICIALS = 3
    WEST = 4
    MOSCOW = 5


class OutletOwner(IntEnum):
    """Who owns a newspaper or a channel."""

    INDEPENDENT = 0
    STATE = 1
    KIN = 2
    MAGNATES = 3


class CourtKind(IntEnum):
    """Courts and commissions."""

    CONSTITUTIONAL = 0
    SUPREME = 1
    ELECTION_COMMISSION = 2
    PROCURACY = 3


class External(IntEnum):
    """Variables of what happens abroad."""

    UNION_HOLD = 0
    PUTSCH = 1
    TRADE_SHOCK = 2
    OIL_PRICE = 3
    TERRITORIAL_CLAIMS = 4
    ALLY = 5
    NEIGHBOUR_MANDATE = 6
    PROSECUTION = 7
    WEST_ATTENTION = 8
    PRECEDENT_DISPERSAL = 9
    PRECEDENT_EXTENSION = 10
    PRECEDENT_CHAMBER = 11
    PRECEDENT_IMMUNITY = 12
    PRECEDENT_DEFEAT = 13
    PRECEDENT_CROWD = 14
    PRECEDENT_HANDOVER = 15


class Sphere(IntEnum):
    """Spheres of threat: the strongest rival, or a part of life where an alternative could grow."""

    RIVAL = 0
    PARLIAMENT = 1
    PRESS = 2
    PROVINCES = 3
    COURTS = 4
    PARTIES = 5
    STREET_PROTEST = 6
    BUSINESS = 7
    CABINET = 8
    KIN = 9
    ELECTION = 10
    POST_TENURE_FATE = 11
    ETHNIC_CAMPS = 12
    BLAME = 13
    LESSER_MANDATE = 14
    SUCCESSION = 15


class Crisis(IntEnum):
    """What a crisis is about."""

    NONE = 0
    PARLIAMENT_DISSOLVED = 1
    STOLEN_ELECTION = 2
    VACANCY = 3
    COUP_ATTEMPT = 4
    ETHNIC_WAR = 5
