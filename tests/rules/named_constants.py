"""Where the rules use a constant by name, and why each place holds no number of its own.

A half or a two may be arithmetic (the mean of two, the middle of a cell), law (a majority) or a
number in disguise (a threshold at one half). :data:`PLACES` lists every use with its reason;
:mod:`test_no_hidden_number` refuses a use that is not listed, a listed one that is gone, and one
whose expression has not the form that its reason asks for.

Half of one and a share is no mean of two things: it says that half of what comes out does not
depend on the share. Such a floor is declared, as `floor + (1 - floor) share`.
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
SCALE = "from the scale of 0 to 1 to that of -1 to 1, or back"
MEASURE = "the measure is defined so"
COUNT = "the two peoples among the constituencies"

POSITIONS = ("market", "nation")
"""Names in the rules of what lives on a scale from -1 to 1."""

PLACES = {
    "actors/acceptability.py": {
        "(1.0 - radicalism) * (1.0 + market) / TWO": SCALE,
        "(1.0 - radicalism) * (1.0 - nation) / TWO": SCALE,
    },
    "actors/challengers.py": {"(abs(nation_difference) + abs(market_difference)) / TWO": MEAN},
    "actors/citizen_attitudes.py": {"1.0 / MONTHS_PER_YEAR": CALENDAR},
    "actors/courts.py": {"1.0 - (expected_end + strongest_threat) / TWO": MEAN},
    "actors/defection.py": {"p.temper * (TWO * boldness - 1.0) + p.mood * mood": SCALE},
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
    "actors/president.py": {"(mean_market + (1.0 - union_hold)) / TWO": MEAN},
    "actors/speaker.py": {"TWO * against > seats": MAJORITY},
    "forces/ageing.py": {"1.0 / MONTHS_PER_YEAR": CALENDAR},
    "forces/crisis.py": {"(approval + obedience) / TWO * (1.0 - heat) * (1.0 - abs(nation))": MEAN},
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
    "forces/privatisation.py": {
        "p.growth_yield * growth / MONTHS_PER_YEAR": CALENDAR,
        "p.yield_rate / MONTHS_PER_YEAR + from_growth": CALENDAR,
        "p.rent * nearness * gdp / MONTHS_PER_YEAR": CALENDAR,
    },
    "forces/succession.py": {
        "(control + monolith) / TWO * clip01(1.0 - threat)": MEAN,
        "(monolith + clean) / TWO": MEAN,
    },
    "indices.py": {"(bills + orders + media + verdicts + exclusion) / FIELDS_OF_CONTROL": MEASURE},
    "initial_contenders.py": {
        "lean + camp_distance * (TWO * fusion - 1.0)": SCALE,
        "(1.0 - people) / (len(world.constituencies) - TWO)": COUNT,
    },
    "initial_population.py": {
        "(i + HALF) / len(world.citizens) < start.society.minority_share": CELL,
        "(c + HALF) / clan_count": CELL,
    },
    "initial_state.py": {
        "start.constitution.governors_appointed > HALF": YES,
        "start.constitution.deputy_office > HALF": YES,
        "start.constitution.independent > HALF": YES,
        "1.0 / TWO": MAJORITY,
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
        is_sum = isinstance(operation, ast.BinOp) and isinstance(operation.op, ast.Add)
        return is_sum and isinstance(operation.left, ast.Name)
    if reason == CELL:
        return use.name == "TWO" and ast.unparse(operation).startswith("TWO * (r + HALF)")
    if reason == SCALE:
        return use.name == "TWO" and _changes_scale(use.expression, operation)
    if reason == COUNT:
        return ast.unparse(operation) == "len(world.constituencies) - TWO"
    return reason == MEASURE and use.name in ("MIXTURE_SCALE", "FIELDS_OF_CONTROL")


def _is_half_of(operation: ast.AST) -> bool:
    return (
        isinstance(operation, ast.BinOp)
        and isinstance(operation.op, ast.Div)
        and ast.unparse(operation.right) == "TWO"
    )


def _halved(operation: ast.AST) -> ast.AST:
    """Return what is halved, or its last factor."""
    halved = getattr(operation, "left", operation)
    if isinstance(halved, ast.BinOp) and isinstance(halved.op, ast.Mult):
        halved = halved.right
    return halved


def _is_sum_of_two(operation: ast.AST) -> bool:
    """Return whether what is halved has two terms, of which neither is a number."""
    halved = _halved(operation)
    if not isinstance(halved, ast.BinOp) or not isinstance(halved.op, ast.Add | ast.Sub):
        return False
    terms = [*_terms(halved.left), *_terms(halved.right)]
    return len(terms) == 2 and all(map(_varies, terms)) and not _is_one_less(halved)


def _changes_scale(expression: str, operation: ast.AST) -> bool:
    """Return whether a share is laid out from -1 to 1, or a position is brought back to a share."""
    if not _is_half_of(operation):
        return f"{ast.unparse(operation)} - 1.0" in expression
    halved = _halved(operation)
    is_sum = isinstance(halved, ast.BinOp) and isinstance(halved.op, ast.Add | ast.Sub)
    parts = (ast.unparse(halved.left), ast.unparse(halved.right)) if is_sum else ("", "")
    return parts[0] == "1.0" and parts[1].rpartition(".")[2] in POSITIONS


def _terms(node: ast.AST) -> list[ast.AST]:
    """Return the terms of an operand; what is left of one (``1 - x``) is a single one."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add | ast.Sub):
        return [node]
    if _is_one_less(node):
        return [node]
    return [*_terms(node.left), *_terms(node.right)]


def _is_one_less(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and ast.unparse(node.left) in ("1", "1.0")
    )


def _varies(term: ast.AST) -> bool:
    """Return whether a term reads anything, and is not one number whatever it reads."""
    if isinstance(term, ast.IfExp):
        return ast.unparse(term.body) != ast.unparse(term.orelse)
    called = {getattr(node, "func", None) for node in ast.walk(term)}
    return any(isinstance(node, ast.Name) and node not in called for node in ast.walk(term))
