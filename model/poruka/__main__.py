"""``python -m poruka`` is the command line."""

from poruka.cli.main import main

if __name__ == "__main__":
    main()
