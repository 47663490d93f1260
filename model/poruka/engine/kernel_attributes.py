"""What ``a.b`` is in a kernel, read or written: a field, a number, a table, or nothing allowed."""

import ast
from typing import Any

from poruka.engine.kernel_source import is_in_package
from poruka.engine.kernel_values import DATA, Thing, Value, one, union, value_of_object
from poruka.engine.parameters import mechanisms, parameters, start_values
from poruka.engine.state import EVENT_DTYPE, REASON_DTYPE, fields, tables
from poruka.utils.errors import unknown_name_error

_LOGS = {"events": EVENT_DTYPE, "reasons": REASON_DTYPE}


def table_of_name(name: str) -> str | None:
    """Return the table whose row a variable is, by its name; None for any other variable.

    Examples
    --------
    >>> table_of_name("rival_clan")
    'clans'
    """
    for table in tables().values():
        if name == table.row_name or name.endswith("_" + table.row_name):
            return table.name
    return None


def check_name(reader: Any, node: ast.AST, name: str, value: Value) -> None:
    """Write down a problem where a row or a table has the name of something else."""
    for thing in value:
        if thing.kind == "table" and name != thing.detail:
            reader.naming(
                node,
                f"calls the table world.{thing.detail} {name!r}, so that nobody could see what is"
                f" written; write world.{thing.detail} where it is used",
            )
        if thing.kind == "row" and table_of_name(name) != thing.detail:
            row = tables()[thing.detail].row_name
            meant = table_of_name(name)
            means = f"which means {meant}" if meant else "which is no row's name"
            reader.naming(
                node,
                f"names a row of {thing.detail} {name!r}, {means}, so that nobody could see what is"
                f" written; call it {row}, or something that ends in _{row}",
            )


def load_attribute(reader: Any, node: ast.Attribute) -> Value:
    """Return what ``a.b`` is when it is read."""
    return union(_load(reader, node, thing) for thing in reader.value_before_dot(node.value))


def _load(reader: Any, node: ast.Attribute, thing: Thing) -> Value:
    kind, name = thing.kind, node.attr
    if kind == "world":
        return _load_table(reader, node)
    if kind == "row":
        return _use_field(reader, node, thing, reader.reads)
    if kind == "numbers":
        return _load_section(reader, node, thing)
    if kind == "section":
        return _load_number(reader, node, thing)
    if kind == "named" and name in thing.detail[0]._fields:
        return thing.detail[1][thing.detail[0]._fields.index(name)]  # type: ignore[no-any-return]
    if kind == "module":
        # Only what lies in the module: what its __getattr__ makes can be something else next time.
        found = value_of_object(vars(thing.detail).get(name, object()))
        return refuse_name(reader, node, None) if found is None else found
    if kind == "kinds" and type(getattr(thing.detail, name, None)) is thing.detail:
        return DATA
    if kind == "kinds":
        known = [member.name for member in thing.detail]
        return _unknown(reader, node, f"kind among {thing.detail.__name__}", name, known)
    if kind == "table":
        return refuse_column(reader, node, thing)
    if kind == "entry":
        return reader.problem(
            node,
            f"reads {ast.unparse(node)} from the log of events, which is no part of a world; keep"
            " what a rule has to remember in a field",
        )
    return reader.problem(
        node,
        f"asks for {ast.unparse(node)}, but {ast.unparse(node.value)} is {thing}; only rows,"
        " numbers, kinds and modules have parts that a rule can read",
    )


def _unknown(reader: Any, node: ast.AST, kind: str, name: str, known: Any) -> Value:
    """Write down that a name is not known, with the nearest that are."""
    text = str(unknown_name_error(kind, name, known)).rstrip(".")
    return reader.problem(node, f"is wrong: {text}")  # type: ignore[no-any-return]


def _load_table(reader: Any, node: ast.Attribute) -> Value:
    if node.attr in tables():
        return one("table", node.attr)
    if node.attr in _LOGS:
        return one("log", node.attr)
    if node.attr == "memory" and reader.reader.is_start:
        return one("memory")
    if node.attr == "memory":
        return reader.problem(  # type: ignore[no-any-return]
            node,
            "takes world.memory, in which every field of every table lies; take a row of a table"
            " and read or write its field",
        )
    return _unknown(reader, node, "table of a world", node.attr, tables())


def _use_field(reader: Any, node: ast.Attribute, thing: Thing, used: set[str]) -> Value:
    key = f"{thing.detail}.{node.attr}"
    if key not in fields():
        known = [field.name for field in tables()[thing.detail].fields]
        kind = f"field of a {tables()[thing.detail].row_name}"
        return _unknown(reader, node, kind, node.attr, known)
    used.add(key)
    return DATA


def _load_section(reader: Any, node: ast.Attribute, thing: Thing) -> Value:
    declared = parameters() if thing.detail == "params" else start_values()
    sections = {key.partition(".")[0] for key in declared}
    if thing.detail == "params":
        sections.add("on")
    if node.attr in sections:
        return one("section", (thing.detail, node.attr))
    return _unknown(reader, node, f"section of {thing.detail}", node.attr, sorted(sections))


def _load_number(reader: Any, node: ast.Attribute, thing: Thing) -> Value:
    root, section = thing.detail
    known = [*parameters(), *(f"on.{part.switch}" for part in mechanisms().values())]
    if root == "start":
        known = [*start_values()]
    key = f"{section}.{node.attr}"
    if key not in known:
        return _unknown(reader, node, "number", key, known)
    reader.parameters.add(f"{root}.{key}")
    return DATA


def store_attribute(reader: Any, node: ast.Attribute, value: Value) -> None:
    """Write to ``a.b``."""
    reader.require_number(node, value)
    for thing in reader.value_before_dot(node.value):
        if thing.kind == "row":
            _use_field(reader, node, thing, reader.writes)
        elif thing.kind == "table":
            refuse_column(reader, node, thing)
        elif thing.kind == "entry" and not is_in_package(reader.function):
            reader.problem(
                node,
                f"writes {ast.unparse(node)} into the log of events, where what happened could be"
                " told otherwise; tell of an event by log_event or log_reason",
            )
        elif thing.kind == "entry":
            if node.attr not in (_LOGS[thing.detail].names or ()):
                _unknown(
                    reader, node, "part of an event", node.attr, _LOGS[thing.detail].names or ()
                )
        else:
            reader.problem(
                node,
                f"writes {ast.unparse(node)}, but {ast.unparse(node.value)} is {thing}; a rule can"
                " write only the fields of rows, such as oligarch.wealth",
            )


def use_whole_row(reader: Any, table: str) -> None:
    """Read and write every field of a row that is copied into another."""
    keys = {field.key for field in tables()[table].fields}
    reader.reads |= keys
    reader.writes |= keys


def refuse_column(reader: Any, node: ast.Attribute, thing: Thing) -> Value:
    """Write down that a whole column of a table is taken."""
    row = tables()[thing.detail].row_name
    return reader.problem(  # type: ignore[no-any-return]
        node,
        f"takes world.{thing.detail}.{node.attr}, a whole column, and goes through an index into"
        f" it; take the row first: {row} = world.{thing.detail}[i], then {row}.{node.attr}",
    )


def refuse_index(reader: Any, node: ast.Subscript, thing: Thing) -> Value:
    """Write down that ``something[i]`` cannot be followed."""
    return reader.problem(  # type: ignore[no-any-return]
        node,
        f"goes through an index into {ast.unparse(node.value)}, which is {thing}; take the row"
        " first and name its field: clan = world.clans[i], then clan.posts",
    )


def refuse_module(reader: Any, node: ast.expr) -> None:
    """Write down that a module is passed on, so that what is taken from it cannot be seen."""
    reader.problem(
        node,
        f"takes the module {ast.unparse(node)} itself, so that nobody could see what is taken from"
        " it; write module.NAME wherever something of it is used",
    )


def refuse_slice(reader: Any, node: ast.Subscript) -> Value:
    """Write down that a part of a tuple is taken by a slice."""
    return reader.problem(  # type: ignore[no-any-return]
        node,
        f"takes a slice of a tuple in {ast.unparse(node)}, so that nobody could see what the parts"
        " are; take each part by its number",
    )


def refuse_name(reader: Any, node: ast.expr, found: Any) -> Value:
    """Write down that a name stands for what a kernel cannot use."""
    name = ast.unparse(node)
    if callable(found) and hasattr(found, "__code__"):
        what = f"calls or takes {name}, a function that is no kernel; put @kernel over it"
    else:
        what = (
            f"takes {name}, which is neither a number, a kind, a kernel nor a function of math;"
            " what a rule may use is world, params, stream, such constants and such functions"
        )
    return reader.problem(node, what)  # type: ignore[no-any-return]
