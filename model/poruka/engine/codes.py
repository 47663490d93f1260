"""Names of the codes that the state of a world stores as numbers: contenders, stances, posts,
events, spheres of threat.

Each list of names is followed by the constants that the rules use, in the same order.
"""

from poruka.engine.state import tables

# Possible rulers. The row of a contender is his kind, so that his draws keep their address.
CONTENDERS = tuple(
    "ruler equal moderate nationalist minority_leader communist partner premier magnate heir "
    "second_heir third_heir decoy unknown".split()
)
(
    CONTENDER_RULER,
    CONTENDER_PEER,
    CONTENDER_MODERATE,
    CONTENDER_NATIONALIST,
    CONTENDER_MINORITY_LEADER,
    CONTENDER_COMMUNIST,
    CONTENDER_VICE_PRESIDENT,
    CONTENDER_PREMIER,
    CONTENDER_MAGNATE,
    CONTENDER_HEIR,
    CONTENDER_SECOND_HEIR,
    CONTENDER_THIRD_HEIR,
    CONTENDER_SPOILER,
    CONTENDER_UNKNOWN,
) = range(len(CONTENDERS))
HEIRS = CONTENDER_SPOILER - CONTENDER_HEIR  # contenders of the Family
# Rows of the movements: four older ones, and that of the rich.
MOVEMENT_MODERATE, MOVEMENT_NATIONALIST, MOVEMENT_MINORITY, MOVEMENT_COMMUNIST = range(4)
MOVEMENT_RICH = 4
# Who chose the ruler; in which manner he acts.
MANDATE_NONE, MANDATE_OF_PARLIAMENT, MANDATE_POPULAR = range(3)
MANNER_NONE, MANNER_AFTER_EXAMPLE, MANNER_UNDER_SHOCK, MANNER_IN_HASTE, MANNER_OTHER = range(5)
# An oligarch's stance towards the ruler.
STANCES = ("client", "grumbler", "critic", "opponent", "exile", "prisoner", "coopted", "silent")
(
    STANCE_CLIENT,
    STANCE_GRUMBLER,
    STANCE_CRITIC,
    STANCE_OPPONENT,
    STANCE_EXILE,
    STANCE_PRISONER,
    STANCE_COOPTED,
    STANCE_SILENT,
) = range(len(STANCES))
POSTS = ("none", "minister", "premier_post", "governor_post", "ambassador", "adviser")
POST_NONE, POST_MINISTER, POST_PREMIER, POST_GOVERNOR, POST_AMBASSADOR, POST_ADVISER = range(
    len(POSTS)
)
CONSTITUENCIES = ("titulars", "minorities", "business", "officials", "west", "moscow")
(
    CONSTITUENCY_TITULARS,
    CONSTITUENCY_MINORITIES,
    CONSTITUENCY_BUSINESS,
    CONSTITUENCY_OFFICIALS,
    CONSTITUENCY_WEST,
    CONSTITUENCY_MOSCOW,
) = range(len(CONSTITUENCIES))
OUTLET_OWNERS = ("independent", "state", "kin", "magnates")
OUTLET_OWNER_INDEPENDENT, OUTLET_OWNER_STATE, OUTLET_OWNER_KIN, OUTLET_OWNER_MAGNATES = range(
    len(OUTLET_OWNERS)
)
COURTS = ("constitutional_court", "supreme_court", "commission", "procuracy")
COURT_CONSTITUTIONAL, COURT_SUPREME, COURT_ELECTION_COMMISSION, COURT_PROCURACY = range(len(COURTS))
EXTERNAL_VARIABLES = tuple(
    "union_hold putsch trade_shock oil_price claims ally neighbour_mandate prosecution "
    "west_attention precedent_dispersal precedent_extension precedent_chamber "
    "precedent_immunity precedent_defeat precedent_crowd precedent_handover".split()
)
(
    EXTERNAL_UNION_HOLD,
    EXTERNAL_PUTSCH,
    EXTERNAL_TRADE_SHOCK,
    EXTERNAL_OIL_PRICE,
    EXTERNAL_TERRITORIAL_CLAIMS,
    EXTERNAL_ALLY,
    EXTERNAL_NEIGHBOUR_MANDATE,
    EXTERNAL_PROSECUTION,
    EXTERNAL_WEST_ATTENTION,
    EXTERNAL_PRECEDENT_DISPERSAL,
    EXTERNAL_PRECEDENT_EXTENSION,
    EXTERNAL_PRECEDENT_CHAMBER,
    EXTERNAL_PRECEDENT_IMMUNITY,
    EXTERNAL_PRECEDENT_DEFEAT,
    EXTERNAL_PRECEDENT_CROWD,
    EXTERNAL_PRECEDENT_HANDOVER,
) = range(len(EXTERNAL_VARIABLES))
# Spheres of threat: the strongest rival, or a part of life in which an alternative could grow.
SPHERES = tuple(
    "rival house press provinces bench parties street owners cabinet relatives vote exit camps "
    "blame mandate heirship".split()
)
(
    SPHERE_RIVAL,
    SPHERE_PARLIAMENT,
    SPHERE_PRESS,
    SPHERE_PROVINCES,
    SPHERE_COURTS,
    SPHERE_PARTIES,
    SPHERE_STREET_PROTEST,
    SPHERE_BUSINESS,
    SPHERE_CABINET,
    SPHERE_KIN,
    SPHERE_ELECTION,
    SPHERE_POST_TENURE_FATE,
    SPHERE_ETHNIC_CAMPS,
    SPHERE_BLAME,
    SPHERE_LESSER_MANDATE,
    SPHERE_SUCCESSION,
) = range(len(SPHERES))
CRISES = ("calm", "broken_house", "stolen_vote", "empty_seat", "coup_attempt", "camps_war")
(
    CRISIS_NONE,
    CRISIS_PARLIAMENT_DISSOLVED,
    CRISIS_STOLEN_ELECTION,
    CRISIS_VACANCY,
    CRISIS_COUP_ATTEMPT,
    CRISIS_ETHNIC_WAR,
) = range(len(CRISES))
EXIT_CODES = tuple(
    "stays heir_exit pact_exit rotation_exit revolution_exit coup_exit conflict_exit".split()
)
(
    OUTCOME_INCUMBENT,
    OUTCOME_HEIR,
    OUTCOME_BOUND_HEIR,
    OUTCOME_ROTATION,
    OUTCOME_REVOLUTION,
    OUTCOME_PALACE_COUP,
    OUTCOME_ETHNIC_WAR,
) = range(len(EXIT_CODES))
OUTCOMES = ("incumbent", "heir", "pact", "rotation", "revolution", "palace_coup", "civil_conflict")
EVENT_KINDS = tuple(
    "shock instrument bill election referendum dissolution defection criticism return dismissal"
    " appointment law constitution verdict scandal seizure protest clash war coup illness death"
    " exit_of_ruler accession party movement wave confidence independence bid open_quarrel"
    " naming crowd handover conclave".split()
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
    EVENT_DEFECTOR_RETURN,
    EVENT_DISMISSAL,
    EVENT_APPOINTMENT,
    EVENT_LAW,
    EVENT_CONSTITUTION,
    EVENT_VERDICT,
    EVENT_SCANDAL,
    EVENT_PROPERTY_SEIZURE,
    EVENT_PROTEST,
    EVENT_ETHNIC_CLASH,
    EVENT_ETHNIC_WAR,
    EVENT_COUP,
    EVENT_ILLNESS,
    EVENT_DEATH,
    EVENT_EXIT_OF_RULER,
    EVENT_ACCESSION,
    EVENT_PARTY,
    EVENT_MOVEMENT,
    EVENT_DEFECTION_WAVE,
    EVENT_CONFIDENCE_VOTE,
    EVENT_INDEPENDENCE,
    EVENT_CANDIDACY,
    EVENT_OPEN_QUARREL,
    EVENT_HEIR_NAMED,
    EVENT_CROWD,
    EVENT_HANDOVER,
    EVENT_SUCCESSION_AGREEMENT,
) = range(len(EVENT_KINDS))
# How the term of a parliament ended.
PARLIAMENT_ENDINGS = ("lapsed", "dissolved_itself", "verdict_ended", "force_ended")
ENDING_TERM_EXPIRED, ENDING_SELF_DISSOLVED, ENDING_COURT_VERDICT, ENDING_FORCE = range(
    len(PARLIAMENT_ENDINGS)
)
# The quantities that decide what actors do; `why` shows them by these names.
REASON_QUANTITIES = tuple(
    "threat value cost success_chance stay leave believed_success insecurity punishment spoils "
    "street_risk hardship approval support votes_for votes_needed crowd_share obedience belief "
    "acceptability opening means health remaining_months guilt tension precedent power "
    "grievance added_share heir_chance deniable novelty follow_up".split()
)
(
    REASON_THREAT,
    REASON_VALUE,
    REASON_COST,
    REASON_SUCCESS_CHANCE,
    REASON_STAY,
    REASON_LEAVE,
    REASON_BELIEVED_SUCCESS,
    REASON_INSECURITY,
    REASON_PUNISHMENT,
    REASON_SPOILS,
    REASON_STREET_RISK,
    REASON_HARDSHIP,
    REASON_APPROVAL,
    REASON_SUPPORT,
    REASON_VOTES_FOR,
    REASON_VOTES_NEEDED,
    REASON_CROWD_SHARE,
    REASON_OBEDIENCE,
    REASON_BELIEF,
    REASON_ACCEPTABILITY,
    REASON_OPENING,
    REASON_MEANS,
    REASON_HEALTH,
    REASON_REMAINING_MONTHS,
    REASON_GUILT,
    REASON_TENSION,
    REASON_PRECEDENT,
    REASON_POWER,
    REASON_GRIEVANCE,
    REASON_ADDED_SHARE,
    REASON_HEIR_CHANCE,
    REASON_DENIABLE,
    REASON_NOVELTY,
    REASON_FOLLOW_UP,
) = range(len(REASON_QUANTITIES))

# Interventions by an experimenter in a branch.
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
# Actors and targets of events: table and row in one number, so `ENTITY_OLIGARCHS + 17` is the
# eighteenth oligarch.
ENTITY_STRIDE = 10_000_000
NOBODY = -1
(
    ENTITY_CLOCK,
    ENTITY_OUTSIDES,
    ENTITY_SHOCKS,
    ENTITY_ECONOMY,
    ENTITY_CONSTITUTION,
    ENTITY_PRESIDENT,
    ENTITY_SOCIETY,
    ENTITY_PARLIAMENT,
    ENTITY_PREMIER,
    ENTITY_CRISIS,
    ENTITY_TALLY,
    ENTITY_INDEX,
    ENTITY_INTERVENTIONS,
    ENTITY_HISTORY,
    ENTITY_CONTENDERS,
    ENTITY_CONSTITUENCIES,
    ENTITY_BELIEFS,
    ENTITY_CITIZENS,
    ENTITY_CLANS,
    ENTITY_FAMILY,
    ENTITY_OLIGARCHS,
    ENTITY_CLIENTS,
    ENTITY_REGIONS,
    ENTITY_DEPUTIES,
    ENTITY_PARTIES,
    ENTITY_MOVEMENTS,
    ENTITY_OUTLETS,
    ENTITY_COURTS,
    ENTITY_COMMANDERS,
    ENTITY_SPHERES,
    ENTITY_AIMS,
    ENTITY_INSTRUMENTS,
) = range(0, len(tables()) * ENTITY_STRIDE, ENTITY_STRIDE)


def actor_label(code: int) -> str:
    """Return the name of an actor or target of an event.

    Examples
    --------
    >>> actor_label(ENTITY_OLIGARCHS + 17)
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
