"""Every rule is a page that says what its code does.

1. The module of a rule opens with the equations of each of its rules, under the rule's id.
2. An entry of the equations belongs to a rule or to a kernel of that module.
3. Every number that a module of rules reads stands by its name in the module's docstring.
4. Every equation (a kernel of scalars) has an example, which states a direction, not a value.
5. What breaks one of these is found: the same tests on a made-up page.
6. `poruka explain RULE` shows the equations, and beside each number, however many they are, its
   range and what it moves.
7. A page with more than eight numbers says why, and so does the page of a rule that depends on more
   than eight, be they of its own page or of those that it calls.
"""

import ast
import re
import sys
from pathlib import Path

import pytest

import poruka
from poruka.engine.parameters import parameters
from poruka.engine.rule import Rule
from poruka.rivals import rules_of_package, rules_of_rivals
from poruka.rules.schedule import SCHEDULE
from poruka.theory.rule_pages import read_page

RULES = Path(poruka.__file__).parent / "rules"
RIVALS = RULES.parent / "rivals"
PAGES = sorted([*RULES.glob("actors/*.py"), *RULES.glob("forces/*.py"), RULES / "indices.py"])
PAGES += sorted(RIVALS.glob("*.py"))
PAGES = [path for path in PAGES if path.name not in ("__init__.py", "schedules.py")]
STATE = {"world", "params", "stream", "start"}
MOST_NUMBERS = 8
NUMBERS = {key.partition(".")[2] for key in parameters()}


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


def decorators(function: ast.FunctionDef) -> set[str]:
    names = (
        getattr(node, "func", node) for node in function.decorator_list
    )  # `@kernel` and `@rule(...)`
    return {getattr(name, "id", "") for name in names}


def rules_of(tree: ast.Module) -> list[str]:
    calls = [
        node
        for function in functions(tree)
        for node in function.decorator_list
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "rule"
    ]
    keywords = [keyword for call in calls for keyword in call.keywords if keyword.arg == "id"]
    return [ast.literal_eval(keyword.value) for keyword in keywords]


def numbers_read(tree: ast.Module) -> set[str]:
    """Return the names of numbers read as ``p.name`` or ``params.section.name``."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in NUMBERS:
            holder = node.value
            if isinstance(holder, ast.Name) and holder.id == "p":
                found.add(node.attr)
            elif isinstance(holder, ast.Attribute) and getattr(holder.value, "id", "") == "params":
                found.add(node.attr)
    return found


def scalar_kernels(tree: ast.Module) -> list[ast.FunctionDef]:
    """Return the equations: kernels with arguments that read no state and no row of a table."""
    return [
        function
        for function in functions(tree)
        if "kernel" in decorators(function)
        and len(function.args.args) > 1
        and function.args.args[0].arg == "p"
        and not STATE & {argument.arg for argument in function.args.args}
        and not rows_read(function)
    ]


def rows_read(function: ast.FunctionDef) -> set[str]:
    arguments = {argument.arg for argument in function.args.args} - {"p"}
    return {
        node.value.id
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in arguments
    }


def gives_reason(docstring: str) -> bool:
    """Return whether the opening of a page speaks of its numbers and goes on to the reason."""
    opening = " ".join(docstring.partition("Equations\n")[0].split())
    return re.search(r"\bha(s|ve) more numbers than (most|others)\b[:,]? \w+", opening) is not None


def numbers_of_rule(rule: Rule) -> set[str]:
    """Return the declared numbers that a rule depends on, with all kernels that it calls."""
    return {key.removeprefix("params.") for key in rule.parameters} & {*parameters()}


def lacks_reason(rule: Rule, docstring: str) -> bool:
    """Return whether a rule has many numbers, and a page that does not say why."""
    return len(numbers_of_rule(rule)) > MOST_NUMBERS and not gives_reason(docstring)


def faults(text: str) -> list[str]:
    """Return what is missing on a page, in words."""
    tree = ast.parse(text)
    docstring = ast.get_docstring(tree) or ""
    page = read_page(docstring)
    rules = rules_of(tree)
    known = {*rules, *(function.name for function in functions(tree))}
    words = set(re.findall(r"\w+", docstring))
    found = [f"no equations of {id}" for id in rules if not page.equations.get(id)]
    found += [f"equations of {name}, which is not here" for name in {*page.equations} - known]
    found += [f"{name} is not in the docstring" for name in sorted(numbers_read(tree) - words)]
    if len(numbers_read(tree)) > MOST_NUMBERS and not gives_reason(docstring):
        found.append("the page does not say why it has so many numbers")
    for function in scalar_kernels(tree):
        example = ast.get_docstring(function) or ""
        if ">>>" not in example or not re.search(r"^\s*(True|\(True.*)$", example, re.MULTILINE):
            found.append(f"{function.name} has no example of a direction")
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_says_what_its_code_does(path):
    """Propositions 1 to 4."""
    assert not faults(path.read_text())


def test_every_rule_has_a_page():
    """Proposition 1."""
    found = [id for path in PAGES for id in rules_of(ast.parse(path.read_text()))]
    assert sorted(found) == sorted([*SCHEDULE.ids, *rules_of_rivals()])


GOOD_PAGE = '''"""Growth.

Equations
---------
economy.produce
    growth = growth_low + decay x
"""

@kernel
def growth(p, x):
    """Return growth.

    >>> growth(p, 1.0) > growth(p, 0.0)
    True
    """
    return p.growth_low + p.decay * x

@rule(id="economy.produce", claim="")
def produce(world, params, stream):
    """Produce."""
'''


@pytest.mark.parametrize(
    "old, new, fault",
    [
        ("economy.produce\n", "economy.grow\n", "no equations of economy.produce"),
        ("economy.produce\n", "economy.grow\n", "equations of economy.grow, which is not here"),
        ("growth_low + decay", "growth_low +", "decay is not in the docstring"),
        ("    True\n", "    0.3\n", "growth has no example of a direction"),
        ("    >>> growth(p, 1.0) > growth(p, 0.0)\n", "", "growth has no example of a direction"),
    ],
)
def test_a_page_that_keeps_something_back_is_found(old, new, fault):
    """Proposition 5."""
    assert not faults(GOOD_PAGE)
    assert old in GOOD_PAGE
    assert fault in faults(GOOD_PAGE.replace(old, new))


def test_a_page_with_many_numbers_and_no_reason_is_found():
    """Propositions 5 and 7."""
    names = sorted(name for name in NUMBERS if name.islower())[: MOST_NUMBERS + 1]
    reads = " + ".join(f"p.{name}" for name in names)
    listed = GOOD_PAGE.replace("growth_low + decay x", " ".join(["growth_low + decay x", *names]))
    page = listed.replace("return p.growth_low", f"return {reads} + p.growth_low")
    fault = "the page does not say why it has so many numbers"
    assert faults(page) == [fault]
    assert not faults(
        page.replace("Growth.", "Growth.\n\nIt has more numbers than most, as it is.")
    )


@pytest.mark.parametrize("rule", SCHEDULE.rules, ids=lambda rule: rule.id)
def test_a_rule_of_many_numbers_says_why(rule):
    """Proposition 7."""
    assert not lacks_reason(rule, sys.modules[rule.function.__module__].__doc__ or "")


def test_a_rule_of_many_numbers_and_no_reason_is_found():
    """Propositions 5 and 7."""
    many = next(rule for rule in SCHEDULE.rules if rule.id == "parliament.vote")
    few = next(rule for rule in SCHEDULE.rules if rule.id == "courts.obey")
    assert lacks_reason(many, "Votes.") and not lacks_reason(few, "Courts.")
    assert not lacks_reason(many, "Votes.\n\nThe rule has more numbers than most, as votes do.")


def without_its_effect(text: str, key: str) -> bool:
    """Return whether no line of an explanation has a number with its range and what it moves."""
    number = parameters()[key]
    start = f"  {key} = {number.value:g} ({number.low:g} to {number.high:g}, "
    end = f": {number.meaning}; when raised: {number.effect}"
    return not any(line.startswith(start) and line.endswith(end) for line in text.splitlines())


def test_explain_shows_the_equations_of_a_rule():
    """Proposition 6."""
    text = poruka.explain("camps.clash")
    assert "equations" in text and "two camps of a region clash with chance" in text


@pytest.mark.parametrize("rule", rules_of_package().values(), ids=lambda rule: rule.id)
def test_explain_shows_what_each_number_of_a_rule_moves(rule):
    """Proposition 6: of every rule, one of the rivals included."""
    text, numbers = poruka.explain(rule.id), numbers_of_rule(rule)
    assert f"numbers: {len(numbers) or 'none'}\n" in text
    assert [key for key in sorted(numbers) if without_its_effect(text, key)] == []


def test_a_number_without_its_effect_is_found():
    """Propositions 5 and 6."""
    effect = f"; when raised: {parameters()['camps.escalation'].effect}"
    text = poruka.explain("camps.clash")
    assert not without_its_effect(text, "camps.escalation")
    assert without_its_effect(text.replace(effect, ""), "camps.escalation")
