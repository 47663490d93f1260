"""Where the rules use a constant by name, and why each place holds no number of its own.

A half or a two may be arithmetic (the mean of two, the middle of a cell), law (a majority) or a
number in disguise (a threshold at one half). :data:`PLACES` lists every use with its reason;
:mod:`test_no_hidden_number` refuses a use that is not listed, a listed one that is gone, and one
whose expression has not the form that its reason asks for.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

GUARDS = ("TINY", "NEVER")
"""Constants that keep a division or a comparison of months defined, and may stand anywhere."""

MEAN = "the mean of two"
MAJORITY = "the majority that law asks for"
CALENDAR = "months of a year"
CELL = "the middle of a cell of a sample"
YES = "a yes or no of a country's start values"
SCALE = "a share from 0 to 1 on the scale from -1 to 1"
MEASURE = "the measure is defined so"
COUNT = "the two peoples among the constituencies"

PLACES = {
    "actors/acceptability.py": {
        "(1.0 - radicalism) * (1.0 + market) / TWO": MEAN,
        "(1.0 - radicalism) * (1.0 - nation) / TWO": MEAN,
    },
    "actors/challengers.py": {"(abs(nation_difference) + abs(market_difference)) / TWO": MEAN},
    "actors/citizen_attitudes.py": {"1.0 / MONTHS_PER_YEAR": CALENDAR},
    "actors/courts.py": {"1.0 - (expected_end + strongest_threat) / TWO": MEAN},
    "actors/effects_on_constitution.py": {"TWO * official_consent > 1.0": MAJORITY},
    "actors/effects_on_parliament.py": {
        "(1.0 - legitimacy + (0.0 if local_councils else 1.0)) / TWO": MEAN,
        "seats / TWO": MAJORITY,
        "votes_for * TWO > seats": MAJORITY,
    },
    "actors/instrument_valuation.py": {
        "(world.courts[0].obedience + world.courts[1].obedience) / TWO": MEAN
    },
    "actors/confidence.py": {"TWO * against > seated": MAJORITY},
    "actors/nearness.py": {"(nearness + clientele) / TWO": MEAN},
    "actors/opposition.py": {"(preferred + liked) / TWO": MEAN},
    "actors/pooled_means.py": {
        "(members / oligarchs + own_wealth / max(wealth, TINY)) / TWO": MEAN
    },
    "actors/parliament.py": {
        "lower_yes * TWO >= lower": MAJORITY,
        "upper_yes * TWO >= upper": MAJORITY,
        "(lower + upper) / TWO": MAJORITY,
    },
    "actors/patronage.py": {
        "p.patron * patron_support + (1.0 - p.patron) * (fed + files) / TWO": MEAN
    },
    "actors/premiers.py": {
        "p.premier_growth * ability * (1.0 + portfolio) / TWO * (1.0 + ambition) / TWO": MEAN,
        "(1.0 + power) / TWO": MEAN,
        "president.deflected + relief * (1.0 + premier.blame) / TWO": MEAN,
    },
    "actors/president.py": {"(mean_market + (1.0 - union_hold)) / TWO": MEAN},
    "actors/protest.py": {"spark * (1.0 + lesson) / TWO": MEAN},
    "actors/regions.py": {"p.clientele * (1.0 + society.solidarity) / TWO": MEAN},
    "actors/society_threats.py": {"min(1.0, guilt) * (1.0 + prosecution) / TWO": MEAN},
    "actors/stay_or_leave.py": {"(1.0 + files) / TWO": MEAN},
    "actors/speaker.py": {"TWO * against > seats": MAJORITY},
    "forces/ageing.py": {"1.0 / MONTHS_PER_YEAR": CALENDAR},
    "forces/crisis.py": {"(approval + obedience) / TWO * (1.0 - heat) * (1.0 - abs(nation))": MEAN},
    "forces/crisis_round.py": {
        "crowd * (1.0 + impulsiveness) / TWO": MEAN,
        "crowd + switched + (held_against + shut_out) / TWO": MEAN,
    },
    "forces/economy.py": {
        "know_how * (1.0 + p.learning * used / MONTHS_PER_YEAR)": CALENDAR,
        "MONTHS_PER_YEAR * (economy.gdp / previous_gdp - 1.0)": CALENDAR,
    },
    "forces/election_response.py": {
        "p.stolen_heat + fraud + 1.0 - TWO * true_share": MAJORITY,
        "TWO * true_share >= 1.0": MAJORITY,
    },
    "forces/elections.py": {"TWO * first_round > 1.0": MAJORITY},
    "forces/ethnic_conflict.py": {
        "MIXTURE_SCALE * region.minority_share * (1.0 - region.minority_share)": MEASURE
    },
    "forces/head_of_house.py": {"TWO * votes > 1.0": MAJORITY},
    "forces/hordes.py": {"MIXTURE_SCALE * share * (1.0 - share)": MEASURE},
    "forces/institutions.py": {"growth * (1.0 + habit) / TWO * (1.0 - law_custom)": MEAN},
    "forces/privatisation.py": {
        "value * share * (1.0 + care) / TWO": MEAN,
        "p.growth_yield * growth / MONTHS_PER_YEAR": CALENDAR,
        "p.yield_rate / MONTHS_PER_YEAR + from_growth": CALENDAR,
        "p.rent * nearness * gdp / MONTHS_PER_YEAR": CALENDAR,
    },
    "forces/succession.py": {
        "health * clip01(1.0 - threat) * (1.0 + control) / TWO": MEAN,
        "(control + monolith) / TWO * clip01(1.0 - threat)": MEAN,
        "(monolith + clean) / TWO": MEAN,
    },
    "history_records.py": {"TWO * economy.reform < 1.0": MEASURE},
    "indices.py": {"(bills + orders + media + verdicts + exclusion) / FIELDS_OF_CONTROL": MEASURE},
    "initial_contenders.py": {
        "lean + camp_distance * (TWO * fusion - 1.0)": SCALE,
        "(1.0 - people) / (len(world.constituencies) - TWO)": COUNT,
    },
    "initial_population.py": {
        "(i + HALF) / len(world.citizens) < start.society.minority_share": CELL,
        "(c + HALF) / clan_count": CELL,
        "p.market_spread * (1.0 + disagreement) / TWO": MEAN,
    },
    "initial_state.py": {
        "start.constitution.governors_appointed > HALF": YES,
        "start.constitution.deputy_office > HALF": YES,
        "start.constitution.independent > HALF": YES,
        "start.society.minority_share + start.society.minority_spread"
        " * (1.0 - TWO * (r + HALF) / region_count)": CELL,
        "(o + HALF) / outlet_count < start.media.independent": CELL,
    },
    "rivals/age_clock.py": {
        "MONTHS_PER_YEAR * max(0.0, p.expected_age - years) * health": CALENDAR
    },
    "rivals/ballots.py": {"TWO * official >= 1.0": MAJORITY},
    "rivals/proximity_voting.py": {
        "TWO * published_share(p, true_share) < 1.0": MAJORITY,
        "TWO * for_leader > size": MAJORITY,
    },
}
"""File of the rules: the expression around each use of a constant by name, and the reason."""


class Use(NamedTuple):
    """One use of a constant: the whole expression around it, its name and the operation on it."""

    expression: str
    name: str
    operation: ast.AST


def uses(source: str, names: frozenset[str]) -> Iterator[Use]:
    """Yield where a source uses constants, under whatever name it imports or reads them."""
    tree = ast.parse(source)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            name = node.name if node.name in names and node.asname else ""
        else:
            name = getattr(node, "id", getattr(node, "attr", ""))
        if name in names:
            whole: ast.AST = node
            while isinstance(above.get(whole), ast.BinOp | ast.Compare | ast.UnaryOp):
                whole = above[whole]
            yield Use(ast.unparse(whole), name, above[node])


def has_form(use: Use, reason: str) -> bool:
    """Return whether the operation on a constant is what its reason says."""
    operation = use.operation
    if reason == MEAN:
        return _is_half_of(operation) and _is_sum_of_two(operation)
    if reason == MAJORITY:
        return use.name == "TWO" and (
            _is_half_of(operation) or isinstance(getattr(operation, "op", None), ast.Mult)
        )
    if reason == CALENDAR:
        scales = isinstance(getattr(operation, "op", None), ast.Mult | ast.Div)
        return use.name == "MONTHS_PER_YEAR" and scales
    if reason == YES:
        compared = ast.unparse(getattr(operation, "left", operation))
        return isinstance(operation, ast.Compare) and compared.startswith("start.constitution.")
    if reason == CELL and use.name == "HALF":
        return isinstance(operation, ast.BinOp) and isinstance(operation.op, ast.Add)
    return use.name in ("TWO", "MIXTURE_SCALE", "FIELDS_OF_CONTROL")


def _is_half_of(operation: ast.AST) -> bool:
    return (
        isinstance(operation, ast.BinOp)
        and isinstance(operation.op, ast.Div)
        and ast.unparse(operation.right) == "TWO"
    )


def _is_sum_of_two(operation: ast.AST) -> bool:
    """Return whether what is halved, or its last factor, has two terms."""
    halved = getattr(operation, "left", operation)
    if isinstance(halved, ast.BinOp) and isinstance(halved.op, ast.Mult):
        halved = halved.right
    if not isinstance(halved, ast.BinOp) or not isinstance(halved.op, ast.Add | ast.Sub):
        return False
    return sum(map(_terms, (halved.left, halved.right))) == 2


def _terms(node: ast.AST) -> int:
    """Return how many terms an operand has; what is left of one (``1 - x``) is a single one."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add | ast.Sub):
        return 1
    if isinstance(node.op, ast.Sub) and ast.unparse(node.left) == "1.0":
        return 1
    return _terms(node.left) + _terms(node.right)
