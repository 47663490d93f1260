"""The table ``[what_follows]`` of an experiment: which histories are scored, and under what."""

from typing import Any

from pydantic import Field, model_validator

from poruka.utils.toml_data import StrictModel


class LaterHistory(StrictModel):
    """A country whose later months are scored, as they come or with something made to happen."""

    label: str = Field(min_length=3, description="what the history is called")
    scenario: str
    happen: list[dict[str, Any]] = Field([], description="interventions, as an arm takes them")
    put_in: list[str] = Field([], description="facts that the interventions put in; not scored")


class WhatFollows(StrictModel):
    """What follows the months from which the numbers were set."""

    fit: str = Field("09_numbers_from_the_record", description="the experiment that set them")
    figures: str = Field("figures.csv", description="CSV beside the experiment")
    first_month: str = Field("1998-10", pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    draws: str = Field("record", pattern=r"^record(-[1-9]\d{0,3})?$")
    pool: int = Field(3_000, ge=40, le=1_000_000, description="draws of the prior of a rival")
    kept: int = Field(100, ge=20, le=100_000, description="of them those nearest to the record")
    worlds: int = Field(100, ge=20, le=1_000, description="of each history, one a draw")
    republic_draws: int = Field(20, ge=5, le=1_000, description="draws under which republics play")
    republic_worlds: int = Field(2, ge=2, le=1_000, description="worlds of each of these draws")
    history: list[LaterHistory] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> "WhatFollows":
        if self.kept > self.pool // 2:
            raise ValueError("kept is at most half of the pool")
        if max(self.worlds, self.republic_draws) > self.kept:
            raise ValueError("worlds and republic_draws are at most kept: no draw is played twice")
        labels = [history.label for history in self.history]
        if len(set(labels)) < len(labels):
            raise ValueError("two histories have the same label")
        return self
