"""The command line: thin, with exit codes that mean something (0 done, 1 failed, 2 bad input, 130
interrupted).
"""

import sys
from typing import Annotated

import typer

from poruka import __version__
from poruka.cli import app as browser
from poruka.cli import counterfactuals, countries, experiment, fork, lookup, new, run, store, theses
from poruka.utils.errors import BadInput, PorukaError

INTERRUPTED = 130


def _version(wanted: bool) -> None:
    if wanted:
        print(f"poruka {__version__}")
        raise typer.Exit()


def build() -> typer.Typer:
    """Return the command line with all its commands."""
    app = typer.Typer(
        help="A laboratory of regimes without alternatives.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def root(
        version: Annotated[
            bool,
            typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
        ] = False,
    ) -> None:
        """A laboratory of regimes without alternatives."""

    lookup.register(app)
    new.register(app)
    run.register(app)
    store.register(app)
    countries.register(app)
    fork.register(app)
    browser.register(app)
    app.add_typer(theses.app, name="theses")
    app.add_typer(experiment.app, name="experiment")
    app.add_typer(counterfactuals.app, name="paths")
    return app


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and leave with its exit code."""
    try:
        build()(args=arguments, standalone_mode=True)
    except BadInput as error:
        print(f"poruka: {error}", file=sys.stderr)
        sys.exit(2)
    except PorukaError as error:
        print(f"poruka: {error}", file=sys.stderr)
        sys.exit(1)
    except SystemExit as left:
        if (
            left.code == INTERRUPTED
        ):  # the command library turns Ctrl-C into this code without a word
            print(
                "poruka: interrupted; what was finished is kept where there is a folder, and the"
                " same command goes on from there (a run: also poruka resume RUN)",
                file=sys.stderr,
            )
        raise
    except BrokenPipeError:
        sys.stderr.close()
    return 0


if __name__ == "__main__":
    main()
