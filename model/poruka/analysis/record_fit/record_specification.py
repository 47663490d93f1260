"""The table ``[record_fit]`` of an experiment: how numbers are set from the record."""

from pydantic import Field

from poruka.analysis.record_fit.population import FitSettings
from poruka.utils.toml_data import StrictModel


class RecordFit(StrictModel):
    """Numbers set from their ranges by the record of several countries up to one month."""

    targets: str = Field("targets.csv", description="CSV beside the experiment")
    last_month: str = Field("1998-09", pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    draws: str = Field("record-1", pattern=r"^record-[1-9]\d{0,3}$", description="name of the file")
    pool: int = Field(8000, ge=40, le=1_000_000, description="draws of the prior")
    nearest: float = Field(0.05, gt=0.0, le=0.5, description="share of them that goes on")
    particles: int = Field(400, ge=4, le=100_000, description="draws of a population")
    generations: int = Field(5, ge=1, le=50)
    truths: int = Field(100, ge=3, le=10_000, description="truths planted")
    particles_of_truths: int = Field(100, ge=4, le=100_000)

    @property
    def settings(self) -> FitSettings:
        """How the fit to the record is made."""
        return FitSettings(self.pool, self.nearest, self.particles, self.generations)

    @property
    def settings_of_truths(self) -> FitSettings:
        """How the fit to a planted truth is made: with as many generations and fewer draws."""
        return self.settings._replace(particles=self.particles_of_truths)

    @property
    def worlds_of_truths(self) -> int:
        """Worlds of each country that planted truths take, besides the pool."""
        return self.truths * self.generations * self.particles_of_truths

    @property
    def worlds_of_fit(self) -> int:
        """Worlds of each country that the fit takes, besides the pool."""
        return (self.generations + 1) * self.particles
