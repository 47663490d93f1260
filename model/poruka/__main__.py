"""``python -m poruka`` is the command line."""

from poruka.cli.main import main

main()
