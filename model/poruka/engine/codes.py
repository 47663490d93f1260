"""Names for what state stores as numbers: kinds of contenders, stances, acts, events and the
spheres of threat.

Each list of words a reader sees is followed by the constants a rule reads, in the same order.
"""

from poruka.engine.state import tables

# Who could rule. The seat of a contender is his kind, so that his draws keep their address.
CONTENDERS = tuple(
    (
        "ruler equal moderate nationalist minority_leader communist partner premier magnate heir "
        "second_heir third_heir decoy unknown"
    ).split()
)
(
    RULER,
    EQUAL,
    MODERATE,
    NATIONALIST,
    MINORITY_LEADER,
    COMMUNIST,
    PARTNER,
    PREMIER,
    MAGNATE,
    HEIR,
    SECOND_HEIR,
    THIRD_HEIR,
    DECOY,
    UNKNOWN,
) = range(len(CONTENDERS))
# How a rich man stands to the ruler.
STANCES = ("client", "grumbler", "critic", "opponent", "exile", "prisoner", "coopted", "silent")
(CLIENT, GRUMBLER, CRITIC, OPPONENT, EXILE, PRISONER, COOPTED, SILENT) = range(len(STANCES))
POSTS = ("none", "minister", "premier_post", "governor_post", "ambassador", "adviser")
(POST_NONE, POST_MINISTER, POST_PREMIER_POST, POST_GOVERNOR_POST, POST_AMBASSADOR, POST_ADVISER) = (
    range(len(POSTS))
)
CONSTITUENCIES = ("titulars", "minorities", "business", "officials", "west", "moscow")
(TITULARS, MINORITIES, BUSINESS, OFFICIALS, WEST, MOSCOW) = range(len(CONSTITUENCIES))
CHANNELS = ("independent", "state", "kin", "magnates")
(OWNER_INDEPENDENT, OWNER_STATE, OWNER_KIN, OWNER_MAGNATES) = range(len(CHANNELS))
COURTS = ("constitutional_court", "supreme_court", "commission", "procuracy")
(CONSTITUTIONAL_COURT, SUPREME_COURT, COMMISSION, PROCURACY) = range(len(COURTS))
OUTSIDE = tuple(
    (
        "union_hold putsch trade_shock oil_price claims ally neighbour_mandate prosecution "
        "west_attention precedent_dispersal precedent_extension precedent_chamber "
        "precedent_immunity precedent_defeat precedent_crowd precedent_handover"
    ).split()
)
(
    UNION_HOLD,
    PUTSCH,
    TRADE_SHOCK,
    OIL_PRICE,
    CLAIMS,
    ALLY,
    NEIGHBOUR_MANDATE,
    PROSECUTION,
    WEST_ATTENTION,
    PRECEDENT_DISPERSAL,
    PRECEDENT_EXTENSION,
    PRECEDENT_CHAMBER,
    PRECEDENT_IMMUNITY,
    PRECEDENT_DEFEAT,
    PRECEDENT_CROWD,
    PRECEDENT_HANDOVER,
) = range(len(OUTSIDE))
# What can threaten a ruler: the strongest person, or a part of life that could grow an alternative.
SPHERES = tuple(
    (
        "rival house press provinces bench parties street owners cabinet relatives vote exit camps "
        "blame mandate heirship"
    ).split()
)
(
    RIVAL,
    HOUSE,
    PRESS,
    PROVINCES,
    BENCH,
    PARTIES,
    STREET,
    OWNERS,
    CABINET,
    RELATIVES,
    VOTE,
    EXIT,
    CAMPS,
    BLAME,
    MANDATE,
    HEIRSHIP,
) = range(len(SPHERES))
CRISES = ("calm", "broken_house", "stolen_vote", "empty_seat", "coup_attempt", "camps_war")
(CALM, BROKEN_HOUSE, STOLEN_VOTE, EMPTY_SEAT, COUP_ATTEMPT, CAMPS_WAR) = range(len(CRISES))
EXITS = tuple(
    ("stays heir_exit pact_exit rotation_exit revolution_exit coup_exit conflict_exit").split()
)
(STAYS, HEIR_EXIT, PACT_EXIT, ROTATION_EXIT, REVOLUTION_EXIT, COUP_EXIT, CONFLICT_EXIT) = range(
    len(EXITS)
)
OUTCOMES = ("incumbent", "heir", "pact", "rotation", "revolution", "palace_coup", "civil_conflict")
EVENTS = tuple(
    (
        "shock instrument bill election referendum dissolution defection criticism return dismissal "
        "appointment law constitution verdict scandal seizure protest clash war coup illness death "
        "exit_of_ruler accession party movement wave confidence independence bid open_quarrel "
        "naming crowd handover conclave"
    ).split()
)
(
    EVENT_SHOCK,
    EVENT_INSTRUMENT,
    EVENT_BILL,
    EVENT_ELECTION,
    EVENT_REFERENDUM,
    EVENT_DISSOLUTION,
    EVENT_DEFECTION,
    EVENT_CRITICISM,
    EVENT_RETURN,
    EVENT_DISMISSAL,
    EVENT_APPOINTMENT,
    EVENT_LAW,
    EVENT_CONSTITUTION,
    EVENT_VERDICT,
    EVENT_SCANDAL,
    EVENT_SEIZURE,
    EVENT_PROTEST,
    EVENT_CLASH,
    EVENT_WAR,
    EVENT_COUP,
    EVENT_ILLNESS,
    EVENT_DEATH,
    EVENT_EXIT_OF_RULER,
    EVENT_ACCESSION,
    EVENT_PARTY,
    EVENT_MOVEMENT,
    EVENT_WAVE,
    EVENT_CONFIDENCE,
    EVENT_INDEPENDENCE,
    EVENT_BID,
    EVENT_OPEN_QUARREL,
    EVENT_NAMING,
    EVENT_CROWD,
    EVENT_HANDOVER,
    EVENT_CONCLAVE,
) = range(len(EVENTS))
# How a parliament was ended.
ENDINGS = ("lapsed", "dissolved_itself", "verdict_ended", "force_ended")
(LAPSED, DISSOLVED_ITSELF, VERDICT_ENDED, FORCE_ENDED) = range(len(ENDINGS))
# The numbers that decide acts; `why` shows them by these words.
REASONS = tuple(
    (
        "threat value cost success_chance stay leave believed_success insecurity punishment spoils "
        "street_risk hardship approval support votes_for votes_needed crowd_share obedience belief "
        "acceptability opening means health remaining_months guilt tension precedent power "
        "grievance added_share heir_chance deniable novelty follow_up"
    ).split()
)
(
    WHY_THREAT,
    WHY_VALUE,
    WHY_COST,
    WHY_SUCCESS_CHANCE,
    WHY_STAY,
    WHY_LEAVE,
    WHY_BELIEVED_SUCCESS,
    WHY_INSECURITY,
    WHY_PUNISHMENT,
    WHY_SPOILS,
    WHY_STREET_RISK,
    WHY_HARDSHIP,
    WHY_APPROVAL,
    WHY_SUPPORT,
    WHY_VOTES_FOR,
    WHY_VOTES_NEEDED,
    WHY_CROWD_SHARE,
    WHY_OBEDIENCE,
    WHY_BELIEF,
    WHY_ACCEPTABILITY,
    WHY_OPENING,
    WHY_MEANS,
    WHY_HEALTH,
    WHY_REMAINING_MONTHS,
    WHY_GUILT,
    WHY_TENSION,
    WHY_PRECEDENT,
    WHY_POWER,
    WHY_GRIEVANCE,
    WHY_ADDED_SHARE,
    WHY_HEIR_CHANCE,
    WHY_DENIABLE,
    WHY_NOVELTY,
    WHY_FOLLOW_UP,
) = range(len(REASONS))

# What an experimenter can make happen in a branch.
INTERVENTIONS = ("none", "dies", "ill", "named", "forbidden", "allowed", "forced")
(
    INTERVENTION_NONE,
    INTERVENTION_DIES,
    INTERVENTION_ILL,
    INTERVENTION_NAMED,
    INTERVENTION_FORBIDDEN,
    INTERVENTION_ALLOWED,
    INTERVENTION_FORCED,
) = range(len(INTERVENTIONS))


# Who did it, to whom: a table and a row in one number, so `AT_OLIGARCHS + 17` is the eighteenth
# oligarch.
SPAN = 10_000_000
NOBODY = -1
(
    AT_CLOCK,
    AT_OUTSIDES,
    AT_SHOCKS,
    AT_ECONOMY,
    AT_CONSTITUTION,
    AT_PRESIDENT,
    AT_SOCIETY,
    AT_PARLIAMENT,
    AT_PREMIER,
    AT_CRISIS,
    AT_TALLY,
    AT_INDEX,
    AT_INTERVENTIONS,
    AT_HISTORY,
    AT_CONTENDERS,
    AT_CONSTITUENCIES,
    AT_BELIEFS,
    AT_CITIZENS,
    AT_CLANS,
    AT_FAMILY,
    AT_OLIGARCHS,
    AT_CLIENTS,
    AT_REGIONS,
    AT_DEPUTIES,
    AT_PARTIES,
    AT_MOVEMENTS,
    AT_OUTLETS,
    AT_COURTS,
    AT_COMMANDERS,
    AT_SPHERES,
    AT_AIMS,
    AT_INSTRUMENTS,
) = range(0, len(tables()) * SPAN, SPAN)


def who(code: int) -> str:
    """Return the words for an actor or target of an event.

    Examples
    --------
    >>> who(AT_OLIGARCHS + 17)
    'oligarch 17'
    >>> who(NOBODY)
    ''
    """
    if code < 0:
        return ""
    table = list(tables().values())[code // SPAN]
    row = code % SPAN
    if table.name == "contenders":
        return CONTENDERS[row].replace("_", " ")
    if table.name == "courts":
        return COURTS[row].replace("_", " ")
    return table.row if table.size == 1 else f"{table.row} {row}"
