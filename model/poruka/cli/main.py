"""The command line and its exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted."""

import codecs
import io
import sys
from typing import Annotated

import typer

from poruka import __version__
from poruka.cli import (
    ablation,
    channels,
    chronicle,
    counterfactuals,
    countries,
    experiment,
    fork,
    lookup,
    new,
    notebooks,
    provenance,
    rules,
    run,
    score,
    store,
    sweep,
    theses,
)
from poruka.cli import app as app_commands
from poruka.cli.help_pages import arrange_help
from poruka.cli.terminal import fit_text
from poruka.utils.errors import PorukaError

EXIT_INTERRUPTED = 130


def _print_version(requested: bool) -> None:
    if requested:
        print(f"poruka {__version__}")
        raise typer.Exit()


def build_app() -> typer.Typer:
    """Return the command line with all its commands."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    @app.callback()
    def root(
        version: Annotated[
            bool,
            typer.Option(
                "--version", callback=_print_version, is_eager=True, help="Show the version."
            ),
        ] = False,
    ) -> None:
        """An agent-based laboratory of personalist regimes: regimes without alternatives.

        Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted and resumable.
        """

    lookup.register_lookup_commands(app)
    rules.register_rules_command(app)
    notebooks.register_notebooks_command(app)
    channels.register_channels_command(app)
    new.register_new_command(app)
    run.register_run_commands(app)
    sweep.register_sweep_command(app)
    chronicle.register_chronicle_commands(app)
    store.register_store_commands(app)
    countries.register_country_commands(app)
    score.register_score_command(app)
    provenance.register_ledger_command(app)
    ablation.register_knockout_command(app)
    fork.register_fork_commands(app)
    app_commands.register_app_command(app)
    app.add_typer(theses.theses_app, name="theses")
    app.add_typer(experiment.experiment_app, name="experiment")
    app.add_typer(counterfactuals.counterfactuals_app, name="paths")
    arrange_help(app)
    return app


def _prepare_streams() -> None:
    """Print UTF-8 where the locale knows nothing but ASCII, as under ``LC_ALL=C``.

    No command may fail, after its work is done, over a sign that the terminal's encoding lacks, or
    over the bytes of a file name that are no text.
    """
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if codecs.lookup(stream.encoding).name == "ascii":
            stream.reconfigure(encoding="utf-8")
        is_utf8 = codecs.lookup(stream.encoding).name == "utf-8"
        stream.reconfigure(errors="surrogateescape" if is_utf8 else "backslashreplace")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and exit with its exit code."""
    _prepare_streams()
    try:
        build_app()(args=arguments, standalone_mode=True)
    except PorukaError as error:
        print(fit_text(f"poruka: {error}", sys.stderr), file=sys.stderr)
        sys.exit(error.exit_code)
    except SystemExit as error:
        # typer turns Ctrl-C into this exit code without a message
        if error.code == EXIT_INTERRUPTED:
            print(
                "poruka: interrupted; what was finished is kept where there is a folder, and the"
                " same command continues from there (a run: also poruka resume RUN)",
                file=sys.stderr,
            )
        raise
    except BrokenPipeError:
        sys.stderr.close()
    return 0


if __name__ == "__main__":
    main()
