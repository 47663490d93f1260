"""Names for what state stores as numbers: kinds of contenders, stances, acts, events and the
spheres of threat.

Each list gives both the constant a rule reads (``STANCES`` → ``CLIENT``, ``GRUMBLER`` …) and the
word a reader sees.
"""

from typing import TYPE_CHECKING

from poruka.engine.state import read_data, tables

if TYPE_CHECKING:

    def __getattr__(name: str) -> int:
        """The constants below are made from their lists."""


def _number(words: tuple[str, ...], prefix: str = "") -> None:
    for value, word in enumerate(words):
        globals()[prefix + word.upper()] = value


# Who could rule. The seat of a contender is his kind, so that his draws keep their address.
CONTENDERS = (
    "ruler",
    "equal",
    "moderate",
    "nationalist",
    "minority_leader",
    "communist",
    "partner",
    "premier",
    "magnate",
    "heir",
    "second_heir",
    "third_heir",
    "decoy",
    "unknown",
)
# How a rich man stands to the ruler.
STANCES = ("client", "grumbler", "critic", "opponent", "exile", "prisoner", "coopted", "silent")
POSTS = ("none", "minister", "premier_post", "governor_post", "ambassador", "adviser")
CONSTITUENCIES = ("titulars", "minorities", "business", "officials", "west", "moscow")
CHANNELS = ("independent", "state", "kin", "magnates")
COURTS = ("constitutional_court", "supreme_court", "commission", "procuracy")
OUTSIDE = (
    "union_hold",
    "putsch",
    "trade_shock",
    "oil_price",
    "claims",
    "ally",
    "neighbour_mandate",
    "prosecution",
    "west_attention",
    "precedent_dispersal",
    "precedent_extension",
    "precedent_chamber",
    "precedent_immunity",
    "precedent_defeat",
    "precedent_crowd",
    "precedent_handover",
)
# What can threaten a ruler: the strongest person, or a part of life that could grow an alternative.
SPHERES = (
    "rival",
    "house",
    "press",
    "provinces",
    "bench",
    "parties",
    "street",
    "owners",
    "cabinet",
    "relatives",
    "vote",
    "exit",
    "camps",
    "blame",
    "mandate",
    "heirship",
)
CRISES = ("calm", "broken_house", "stolen_vote", "empty_seat", "coup_attempt", "camps_war")
EXITS = (
    "stays",
    "heir_exit",
    "pact_exit",
    "rotation_exit",
    "revolution_exit",
    "coup_exit",
    "conflict_exit",
)
OUTCOMES = ("incumbent", "heir", "pact", "rotation", "revolution", "palace_coup", "civil_conflict")
EVENTS = (
    "shock",
    "instrument",
    "bill",
    "election",
    "referendum",
    "dissolution",
    "defection",
    "criticism",
    "return",
    "dismissal",
    "appointment",
    "law",
    "constitution",
    "verdict",
    "scandal",
    "seizure",
    "protest",
    "clash",
    "war",
    "coup",
    "illness",
    "death",
    "exit_of_ruler",
    "accession",
    "party",
    "movement",
    "wave",
    "confidence",
    "independence",
    "bid",
    "open_quarrel",
    "naming",
    "crowd",
    "handover",
    "conclave",
)
# How a parliament was ended.
ENDINGS = ("lapsed", "dissolved_itself", "verdict_ended", "force_ended")
VERBS = tuple(read_data("instruments")["verbs"])
CONDITIONS = tuple(read_data("instruments")["conditions"])
TOOLS = ("himself", "courts", "governors", "chamber", "troops", "press_tool", "kin_tool", "money")
# The numbers that decide acts; `why` shows them by these words.
REASONS = (
    "threat",
    "value",
    "cost",
    "success_chance",
    "stay",
    "leave",
    "believed_success",
    "insecurity",
    "punishment",
    "spoils",
    "street_risk",
    "hardship",
    "approval",
    "support",
    "votes_for",
    "votes_needed",
    "crowd_share",
    "obedience",
    "belief",
    "acceptability",
    "opening",
    "means",
    "health",
    "remaining_months",
    "guilt",
    "tension",
    "precedent",
    "power",
    "grievance",
    "added_share",
    "heir_chance",
    "deniable",
    "novelty",
    "follow_up",
)

# What an experimenter can make happen in a branch.
INTERVENTIONS = ("none", "dies", "ill", "named", "forbidden", "allowed", "forced")

_number(CONTENDERS)
_number(STANCES)
_number(POSTS, "POST_")
_number(CONSTITUENCIES)
_number(CHANNELS, "OWNER_")
_number(COURTS)
_number(INTERVENTIONS, "INTERVENTION_")
_number(OUTSIDE)
_number(SPHERES)
_number(CRISES)
_number(EXITS)
_number(EVENTS, "EVENT_")
_number(ENDINGS)
_number(VERBS, "VERB_")
_number(CONDITIONS, "COND_")
_number(TOOLS, "TOOL_")
_number(REASONS, "WHY_")

# Who did it, to whom: a table and a row in one number, so `AT_OLIGARCHS + 17` is the eighteenth
# oligarch.
SPAN = 10_000_000
NOBODY = -1
for _place, _table in enumerate(tables()):
    globals()["AT_" + _table.upper()] = _place * SPAN


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
