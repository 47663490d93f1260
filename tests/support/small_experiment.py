"""An experiment of a few worlds, and its folder."""

SMALL = """
question = "Does the pace of reform move the first break?"
scenario = "kazakhstan"
worlds = 4
context = { change = { "camps.clash" = 0.0 } }

[[factor]]
name = "pace"
key = "economy.reform_pace"
values = [0.02, 0.08]

[[factor]]
name = "rules"
levels = [{ label = "all" }, { label = "no predation", off = ["M3.predation"] }]

[[outcome]]
quantity = "first_defection"
label = "first break"
unit = "date"

[[outcome]]
quantity = "mean_control"

[design]
kind = "factorial"

[[analysis]]
kind = "effects"
factor = "pace"
against = 0.02
by = "rules"
"""


def written(folder, text=SMALL):
    """Write an experiment and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "experiment.toml").write_text(text)
    return folder
