"""How a command given in this process ends."""

import pytest

from poruka.cli.main import main


def main_ends(arguments: list[str], code: int) -> None:
    """Give a command and see how it ends."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == code


def refused(capsys, *arguments: str) -> str:
    """Give a command that has to leave with 2, and return what it says."""
    assert left_with(*arguments) == 2
    return capsys.readouterr().err


def left_with(*arguments):
    """Return the exit code of a command."""
    with pytest.raises(SystemExit) as left:
        main([str(one) for one in arguments])
    return left.value.code
