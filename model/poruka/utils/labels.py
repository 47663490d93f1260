"""What a reader sees instead of a stored code: one table of labels per family of codes."""

from collections.abc import Mapping

OUTCOME_LABELS = {
    "incumbent": "incumbent",
    "heir": "heir",
    "pact": "bound heir",
    "rotation": "rotation",
    "revolution": "revolution",
    "palace_coup": "palace coup",
    "civil_conflict": "ethnic war",
}
"""How the first change of ruler went."""

INDEX_LABELS = {
    "control": "control",
    "monolith": "monolith",
    "pluralism": "pluralism",
    "readiness": "readiness",
    "approval": "approval",
    "belief_in_alternative": "belief in an alternative",
    "order_demand": "demand for order",
    "strongest_threat": "strongest threat",
    "parliament_autonomy": "autonomy of parliament",
    "media_control": "control of the media",
    "repression": "repression",
    "defected_share": "defected share of the elite",
    "gdp": "GDP",
    "inequality": "inequality",
}
"""Monthly indices."""

SPHERE_LABELS = {
    "rival": "strongest rival",
    "house": "parliament",
    "press": "press",
    "provinces": "provinces",
    "bench": "courts",
    "parties": "parties",
    "street": "street protest",
    "owners": "business",
    "cabinet": "cabinet",
    "relatives": "the Family",
    "vote": "presidential election",
    "exit": "fate after office",
    "camps": "ethnic camps",
    "blame": "blame for hardship",
    "mandate": "lesser mandate",
    "heirship": "succession",
}
"""Spheres out of which a threat to the ruler can grow."""

CONTENDER_LABELS = {
    "ruler": "ruler",
    "equal": "peer",
    "moderate": "moderate",
    "nationalist": "nationalist",
    "minority_leader": "minority leader",
    "communist": "communist",
    "partner": "vice-president",
    "premier": "premier",
    "magnate": "magnate",
    "heir": "heir",
    "second_heir": "second heir",
    "third_heir": "third heir",
    "decoy": "spoiler candidate",
    "unknown": "unknown newcomer",
    "second_magnate": "second magnate",
    "third_magnate": "third magnate",
    "fourth_magnate": "fourth magnate",
    "fifth_magnate": "fifth magnate",
    "sixth_magnate": "sixth magnate",
}
"""Those who could rule."""

EVENT_LABELS = {
    "shock": "external shock",
    "instrument": "act of the ruler",
    "bill": "vote in parliament",
    "election": "election",
    "referendum": "referendum",
    "dissolution": "end of a parliament",
    "defection": "defection",
    "criticism": "open criticism",
    "return": "return of a defector",
    "dismissal": "dismissal",
    "appointment": "appointment",
    "law": "law",
    "constitution": "new constitution",
    "verdict": "court verdict",
    "scandal": "published files",
    "seizure": "seizure of property",
    "protest": "protest",
    "clash": "clash of camps",
    "war": "ethnic war",
    "coup": "coup attempt",
    "illness": "illness of the ruler",
    "death": "death of the ruler",
    "exit_of_ruler": "exit of the ruler",
    "accession": "new ruler",
    "party": "new loyal party",
    "movement": "new bloc of the rich",
    "wave": "wave of defections",
    "confidence": "vote of confidence",
    "independence": "independence",
    "bid": "candidacy of a rival",
    "open_quarrel": "open quarrel",
    "naming": "naming of an heir",
    "crowd": "crowds in the street",
    "handover": "handover of power",
    "conclave": "agreement on the successor",
    "newcomer": "new man in the elite",
}
"""Kinds of event."""

FIELD_LABELS = {
    **INDEX_LABELS,
    "accustomed": "accustomed output",
    "arbitrariness": "arbitrary acts against the elite",
    "blame": "blame",
    "blood": "recent bloodshed",
    "bought": "won over by posts",
    "hurt_by_premier": "hurt by a premier before",
    "camps_apart": "distance of the ethnic camps",
    "chair_empty": "vacant chair of parliament",
    "contested": "contested elections",
    "count_control": "control of the vote count",
    "courting": "effort to court the ruler",
    "cowed": "won over by fear",
    "custom": "custom of separated powers",
    "deflected": "deflected blame",
    "delivering": "share of orders delivered",
    "deterrence": "deterrence by earlier falls",
    "example_of_change": "example of change abroad",
    "fed": "share in the spoils",
    "first_dissolution_how": "kind of the first dissolution",
    "guilt": "irregular acts to answer for",
    "habit": "democratic habit",
    "hears": "knowledge of private opinion",
    "last_house_ended": "kind of end of the last parliament",
    "line": "closeness to the ruler's line",
    "managed_list": "seats filled from the ruler's lists",
    "mandate": "kind of mandate",
    "moving": "recent defections",
    "nation": "position on the nation",
    "market": "position on the market",
    "unpopularity": "unpopularity of the ruler's circle",
    "old_opposition": "energy of the older movements",
    "out": "in the street",
    "party": "party",
    "plural_clans": "plurality of clans",
    "pocket": "loyal to the ruler",
    "pocket_open": "loyal parties wanted",
    "pocket_parties": "loyal parties",
    "focal_challenger": "focal challenger",
    "positioning": "positioning for the succession",
    "private": "private preference for the ruler",
    "rich_opposition": "opposition of the rich",
    "said": "open criticism of the ruler",
    "said_against": "open opposition of citizens",
    "seen_out": "seen in opposition",
    "shut_out_defections": "defections from other hordes",
    "skeletons": "compromising files",
    "target": "contender feared most",
    "expected_end": "expected end of tenure",
    "uncontested": "elections without meaning",
    "unity": "unity of the opposition",
    "war": "ethnic war",
    "west_price": "Western price of an irregular act",
    "worth": "expected value",
    "young_defections": "defections of men the regime made",
}
"""Fields of state, start values and parameters whose code does not read as their meaning."""

POST_LABELS = {
    "none": "no post",
    "minister": "minister",
    "premier_post": "premier",
    "governor_post": "governor",
    "ambassador": "ambassador",
    "adviser": "adviser",
}
"""Posts a member of the elite can hold."""

CRISIS_LABELS = {
    "calm": "no crisis",
    "broken_house": "parliament dissolved",
    "stolen_vote": "stolen election",
    "empty_seat": "vacancy",
    "coup_attempt": "coup attempt",
    "camps_war": "war between camps",
}
"""What set off a crisis of the regime."""

TABLE_LABELS = {
    "aims": "aims of instruments",
    "constitution": "constitution",
    "family": "the Family",
    "index": "indices",
    "interventions": "interventions",
    "outsides": "external conditions",
    "outside": "external condition",
    "parties": "parties",
    "president": "ruler",
    "premier": "premier",
}
"""Tables of state and their rows, where the code does not read as its meaning."""

UNIT_LABELS = {
    "share": "share (0–1)",
    "gini": "Gini (0–1)",
    "start=1": "start = 1",
    "rung": "kind of mandate",
}
"""Units of fields."""

LABELS: Mapping[str, Mapping[str, str]] = {
    "outcome": OUTCOME_LABELS,
    "index": INDEX_LABELS,
    "field": FIELD_LABELS,
    "table": TABLE_LABELS,
    "contender": CONTENDER_LABELS,
    "sphere": SPHERE_LABELS,
    "event": EVENT_LABELS,
    "post": POST_LABELS,
    "crisis": CRISIS_LABELS,
    "unit": UNIT_LABELS,
}
"""Family of codes to its table; a code without a family is looked up in this order, units apart."""

_COMMON_LABELS = {
    code: label
    for family in reversed(list(LABELS))
    if family != "unit"
    for code, label in LABELS[family].items()
}


def format_label(code: str, family: str = "") -> str:
    """Return what a reader sees instead of a code: its label, or the code without underscores.

    Parameters
    ----------
    code
        A code of one of the families of ``LABELS``.
    family
        Key of ``LABELS``; needed only for a code that means different things in two families
        (``mandate`` is a field and a sphere of threat). Left out, the families are searched in
        the order of ``LABELS``.

    Raises
    ------
    KeyError
        There is no such family.

    Examples
    --------
    >>> format_label("civil_conflict"), format_label("pact"), format_label("gdp")
    ('ethnic war', 'bound heir', 'GDP')
    >>> format_label("mandate"), format_label("mandate", "sphere")
    ('kind of mandate', 'lesser mandate')
    >>> format_label("rouble_exit")
    'rouble exit'
    """
    labels = LABELS[family] if family else _COMMON_LABELS
    return labels.get(code) or code.replace("_", " ")
