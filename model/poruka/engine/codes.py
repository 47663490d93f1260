"""Names in data and tables of the kinds that the state of a world stores as numbers.

The kinds themselves are the enumerations of :mod:`poruka.engine.kinds` and
:mod:`poruka.engine.record_kinds`; a list of names stands in the order of its members.
"""

from enum import IntEnum

from poruka.engine.kinds import (
    Constituency,
    CourtKind,
    Crisis,
    External,
    Layer,
    OutletOwner,
    Post,
    Role,
    Sphere,
    Stance,
)
from poruka.engine.record_kinds import (
    ENTITY_STRIDE,
    EventKind,
    Exit,
    Intervention,
    ParliamentEnding,
    Reason,
)
from poruka.engine.state import tables


def names_of(kind: type[IntEnum], names: str) -> tuple[str, ...]:
    """Return the names of the members of a kind, in their order.

    Raises
    ------
    ValueError
        If the members are not numbered from 0, or their number is not that of the names.

    Examples
    --------
    >>> names_of(OutletOwner, "independent state kin magnates")
    ('independent', 'state', 'kin', 'magnates')
    """
    words = tuple(names.split())
    if [int(member) for member in kind] != list(range(len(words))):
        raise ValueError(
            f"{kind.__name__} has {len(kind)} members and {len(words)} names: give each member, "
            "numbered from 0, one name"
        )
    return words


CONTENDERS = names_of(
    Role,
    "ruler equal moderate nationalist minority_leader communist partner premier magnate heir "
    "second_heir third_heir decoy unknown second_magnate third_magnate fourth_magnate "
    "fifth_magnate sixth_magnate",
)
HEIRS = Role.SPOILER - Role.HEIR  # contenders of the Family
LAYERS = len(Layer)  # of clients below the families
STANCES = names_of(Stance, "client grumbler critic opponent exile prisoner coopted silent")
POSTS = names_of(Post, "none minister premier_post governor_post ambassador adviser")
CONSTITUENCIES = names_of(Constituency, "titulars minorities business officials west moscow")
OUTLET_OWNERS = names_of(OutletOwner, "independent state kin magnates")
COURTS = names_of(CourtKind, "constitutional_court supreme_court commission procuracy")
EXTERNAL_VARIABLES = names_of(
    External,
    "union_hold putsch trade_shock oil_price claims ally neighbour_mandate prosecution "
    "west_attention precedent_dispersal precedent_extension precedent_chamber "
    "precedent_immunity precedent_defeat precedent_crowd precedent_handover",
)
SPHERES = names_of(
    Sphere,
    "rival house press provinces bench parties street owners cabinet relatives vote exit camps "
    "blame mandate heirship",
)
CRISES = names_of(Crisis, "calm broken_house stolen_vote empty_seat coup_attempt camps_war")
EXIT_CODES = names_of(
    Exit, "stays heir_exit pact_exit rotation_exit revolution_exit coup_exit conflict_exit"
)
OUTCOMES = names_of(Exit, "incumbent heir pact rotation revolution palace_coup civil_conflict")
EVENT_KINDS = names_of(
    EventKind,
    "shock instrument bill election referendum dissolution defection criticism return dismissal"
    " appointment law constitution verdict scandal seizure protest clash war coup illness death"
    " exit_of_ruler accession party movement wave confidence independence bid open_quarrel"
    " naming crowd handover conclave newcomer",
)
PARLIAMENT_ENDINGS = names_of(ParliamentEnding, "lapsed dissolved_itself verdict_ended force_ended")
REASON_QUANTITIES = names_of(
    Reason,
    "threat value cost success_chance stay leave believed_success insecurity punishment spoils "
    "street_risk hardship approval support votes_for votes_needed crowd_share obedience belief "
    "acceptability opening means health expected_end guilt tension precedent power "
    "grievance added_share heir_chance deniable novelty follow_up",
)
INTERVENTIONS = names_of(Intervention, "none dies ill named forbidden allowed forced")
NOBODY = -1  # the actor or target of an event without one


def actor_label(code: int) -> str:
    """Return the name of an actor or target of an event.

    Examples
    --------
    >>> from poruka.engine.record_kinds import Entity
    >>> actor_label(Entity.OLIGARCHS + 17)
    'oligarch 17'
    >>> actor_label(NOBODY)
    ''
    """
    if code < 0:
        return ""
    table = list(tables().values())[code // ENTITY_STRIDE]
    row = code % ENTITY_STRIDE
    if table.name == "contenders":
        return CONTENDERS[row].replace("_", " ")
    if table.name == "courts":
        return COURTS[row].replace("_", " ")
    return table.row_name if table.size == 1 else f"{table.row_name} {row}"
