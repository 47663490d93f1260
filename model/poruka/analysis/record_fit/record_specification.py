"""The table ``[record_fit]`` of an experiment: how numbers are set from the record."""

from pydantic import Field, model_validator

from poruka.utils.toml_data import StrictModel


class RecordFit(StrictModel):
    """Numbers set from their ranges by the record of several countries up to one month."""

    targets: str = Field("targets.csv", description="CSV beside the experiment")
    last_month: str = Field("1998-09", pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    draws: str = Field("record-1", pattern=r"^record-[1-9]\d{0,3}$", description="name of the file")
    pool: int = Field(20_000, ge=40, le=1_000_000, description="draws of the prior")
    kept: int = Field(300, ge=20, le=100_000, description="of them those nearest to the record")
    truths: int = Field(500, ge=20, le=100_000, description="truths planted")

    @model_validator(mode="after")
    def _fewer_than_drawn(self) -> "RecordFit":
        if self.kept > self.pool // 2 or self.truths > self.pool:
            raise ValueError("kept is at most half of the pool, and truths at most the pool")
        return self
