"""Experiments between versions of a model, from their design to their decision."""

import builtins
import contextlib
import dataclasses
import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from frontier_assets.errors import (
    ExperimentNotFoundError,
    ForecastError,
    InvalidValueError,
)
from frontier_assets.experiments.assigner import Assigner
from frontier_assets.experiments.assignment import Assignment
from frontier_assets.experiments.design import build_design
from frontier_assets.experiments.forecast import Forecast, forecast
from frontier_assets.experiments.looking import look_at
from frontier_assets.experiments.recording import record_one
from frontier_assets.experiments.relation import Rows
from frontier_assets.experiments.results import Analysis
from frontier_assets.experiments.sources import located
from frontier_assets.experiments.tables import record_table
from frontier_assets.registry.canonical import checked_text
from frontier_assets.registry.database import Registry
from frontier_assets.registry.experiment_records import Experiment, Look
from frontier_assets.registry.experiments import End
from frontier_assets.storage.stores import ArtifactStores
from frontier_assets.types import ExperimentDecision, ExperimentState, Ref

_UNSAFE = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 60


class Experiments:
    """The experiments of every model. Thread-safe."""

    def __init__(
        self, registry: Registry, stores: ArtifactStores, *, root: Path | None, actor: str
    ) -> None:
        self._registry, self._stores = registry, stores
        self._root, self._actor = root, actor

    def create(
        self,
        model: str,
        name: str,
        *,
        control: str,
        treatments: Sequence[str],
        split: Mapping[str, float] | float | None = None,
        description: str = "",
        **design: Any,  # noqa: ANN401 - the keys of `ABTest`, and those of `ExperimentDesign`
    ) -> Experiment:
        """Design an experiment; it begins with `start`.

        Versions are numbers, or what follows the ``@`` of a ref. ``design`` has the keys of the
        YAML's `ab_test`, which are its defaults, and ``namespace``, ``namespace_range``, ``seed``.

        Raises:
            VersionNotFoundError: there is no such version.
            InvalidValueError: the design cannot be meant, or nothing tells how many units it needs.
        """
        title = checked_text("Experiment name", name)
        policy = self._registry.policies.current(model)
        numbers = [self._number(model, text) for text in (control, *treatments)]
        shares = split
        if isinstance(split, Mapping):
            shares = {self._number(model, text): share for text, share in split.items()}
        designed = build_design(
            policy.ab_test if policy else None,
            control=numbers[0],
            treatments=numbers[1:],
            split=shares,
            changes=design,
        )
        plan = forecast(designed)
        planned = {"planned_units": plan.units_per_variant, "planned_by": plan.formula}
        designed = designed.model_copy(update=planned)
        return self._registry.experiments.create(
            model, _new_key(title), designed, name=title, description=description, actor=self._actor
        )

    def forecast(self, experiment: str) -> Forecast:
        """Return how many units an experiment needs, and how long that takes."""
        return forecast(self.get(experiment).design)

    def start(self, experiment: str, *, allow_unfinished: bool = False) -> Experiment:
        """Let an experiment begin: units are assigned and recorded from now on.

        Raises:
            ForecastError: it cannot finish in its maximum duration, and may not do without.
            ExperimentStateError: it began before.
            ExperimentConflictError: another one uses some of the same units.
        """
        found = self.get(experiment)
        needed = forecast(found.design).days
        allowed = found.design.maximum_days
        if needed is not None and needed > allowed and not allow_unfinished:
            raise ForecastError(experiment, needed, allowed)
        return self._registry.experiments.start(experiment, actor=self._actor)

    def ramp(self, experiment: str, coverage: float) -> Experiment:
        """Let a larger share of the units take part; nobody changes the variant."""
        return self._registry.experiments.ramp(experiment, coverage, actor=self._actor)

    def stop(self, experiment: str, *, reason: str) -> Experiment:
        """End an experiment by hand; nothing is decided and every unit gets control.

        Raises:
            ExperimentStateError: it ended before.
        """
        return self._registry.experiments.stop(experiment, reason=reason, actor=self._actor)

    def assigner(self, experiment: str, *, refresh_s: float = 30.0) -> Assigner:
        """Return what assigns units to versions while the experiment runs, and control after.

        Raises:
            ExperimentNotFoundError: there is none of this id that runs.
        """
        if self.get(experiment).state is not ExperimentState.RUNNING:
            raise ExperimentNotFoundError(experiment)
        return Assigner(lambda: self._assignment(experiment), refresh_s=refresh_s)

    def record(
        self,
        experiment: str,
        *,
        unit: str,
        variant: str,
        metrics: Mapping[str, float],
        segment: Mapping[str, str] | None = None,
        at: datetime | None = None,
        delivery: str | None = None,
    ) -> bool:
        """Record what a unit did; it is durable when this returns. Was it a new observation?

        A ``delivery`` that the unit had before is dropped, so that whoever is not sure sends again.

        Raises:
            ExperimentNotFoundError: there is no such experiment, or it has not begun.
            InvalidValueError: the variant, a metric or a segment is not of the experiment, or a
                value is no finite number.
        """
        return record_one(
            self._registry,
            self.get(experiment),
            unit=unit,
            variant=variant,
            metrics=metrics,
            segment=segment or {},
            at=at,
            delivery=delivery,
        )

    def record_many(self, experiment: str, table: Any) -> int:  # noqa: ANN401 - see below
        """Record many observations at once; return the rows, 0 if these are there already.

        ``table`` is a pandas data frame, arrays by name, the path of a Parquet file, or a
        `SqlTable`, whose other columns are passed over. It has the columns ``unit``, ``variant``,
        the metrics and segments, and if there are any ``at`` (UTC) and ``delivery``. With
        deliveries, rows that came before are dropped one by one.

        Raises:
            ExperimentNotFoundError: there is no such experiment, or it has not begun.
            InvalidValueError: a column or a value is not of the experiment; nothing was kept.
        """
        found = self.get(experiment)
        return record_table(
            self._registry,
            self._stores,
            found,
            table,
            store=self._store_name(found.model),
            actor=self._actor,
        )

    def analyze(
        self, experiment: str, *, at: datetime | None = None, run_id: str | None = None
    ) -> Analysis:
        """Look at an experiment now, and do what follows: going on, or an end with a decision.

        Each look is recorded, because the next ones answer for it, and of several at once one is.
        Of one that has ended, what was observed is analysed again as of its end and nothing
        changes. ``at`` is the present time unless given.

        Raises:
            ExperimentNotFoundError: there is no such experiment, or it has not begun.
            ExperimentLookError: somebody else looked or ended it meanwhile.
            InvalidValueError: rows lack a column, or are of a variant that there is not.
        """
        found, looks = self.get(experiment), self.looks(experiment)
        running = found.state is ExperimentState.RUNNING
        decided = found.state is ExperimentState.DECIDED
        before = looks[:-1] if decided else looks
        now = at or datetime.now(UTC)
        # A later look at what has ended would take it for one whose time is over.
        when = datetime.fromisoformat(looks[-1].result["at"]) if decided else found.ended_at or now
        with self._rows(found) as rows:
            seen = look_at(found, rows, before, at=when)
        if running:
            ends = seen.decision is not ExperimentDecision.CONTINUE
            self._registry.experiments.look(
                experiment,
                number=seen.number,
                decision=seen.decision,
                result=_as_json(seen),
                end=End(" ".join(seen.sentences), seen.subjects) if ends else None,
                actor=self._actor,
                run_id=run_id,
            )
        return seen

    def get(self, experiment: str) -> Experiment:
        """Return the experiment of this id.

        Raises:
            ExperimentNotFoundError: there is none.
        """
        return self._registry.experiments.get(experiment)

    def looks(self, experiment: str) -> builtins.list[Look]:
        """Return every look at an experiment, oldest first."""
        return self._registry.experiments.looks(experiment)

    def list(
        self, model: str, *, state: ExperimentState | str | None = None
    ) -> builtins.list[Experiment]:
        """Return the model's experiments, oldest first; those in one ``state`` if it is given."""
        return self._registry.experiments.list(
            model, state=None if state is None else _checked_state(state)
        )

    def _assignment(self, experiment: str) -> Assignment:
        found = self.get(experiment)
        design = found.design
        weights = dict(design.split)
        if design.strategy == "thompson" and (looks := self.looks(experiment)):
            weights = looks[-1].result["weights"]
        return Assignment(
            variants=design.variants,
            weights=tuple(weights[name] for name in design.variants),
            coverage=found.coverage,
            seed=design.seed,
            namespace=f"{found.model}:{design.namespace}",
            namespace_range=design.namespace_range,
            strategy=design.strategy,
            is_open=found.state is ExperimentState.RUNNING,
        )

    @contextlib.contextmanager
    def _rows(self, experiment: Experiment) -> Iterator[Rows]:
        with tempfile.TemporaryDirectory() as text:
            folder, files = Path(text), []
            for at, item in enumerate(self._registry.observations.files(experiment)):
                content = self._stores[item.store].open(item.digest)
                (path,) = content.write_to(folder / str(at))
                files.append((path, item.received_at))
            source = experiment.design.source
            paths = located(source, self._stores.outside, self._root, folder) if source else ()
            yield Rows(self._registry.observations.rows(experiment), files, paths)

    def _number(self, model: str, text: str) -> str:
        return self._registry.versions.get(Ref.parse(f"{model}@{text}")).number

    def _store_name(self, model: str) -> str:
        policy = self._registry.policies.current(model)
        return policy.storage if policy else "default"


def _new_key(name: str) -> str:
    """Return ``test_NAME_TIME_`` with a random end, so that two of one second differ."""
    safe = _UNSAFE.sub("-", name.lower()).strip("-")[:_LONGEST_NAME]
    if not safe:
        raise InvalidValueError("Experiment name", name, "expected some letters or digits")
    return f"test_{safe}_{datetime.now(UTC):%Y%m%d_%H%M%S}_{secrets.token_hex(2)}"


def _as_json(seen: Analysis) -> dict[str, Any]:
    values = dataclasses.asdict(seen)
    return {**values, "at": seen.at.isoformat(), "decision": seen.decision.value}


def _checked_state(state: ExperimentState | str) -> ExperimentState:
    try:
        return ExperimentState(state)
    except ValueError as error:
        expected = f"one of {', '.join(ExperimentState)}"
        raise InvalidValueError("State", str(state), expected) from error
