"""The page of ``m/<target>``: whether the artifact may be served, how fast it is, how to use it."""

import dagster as dg

from frontier_assets.conversion.versions import ProvedArtifact
from frontier_assets.orchestration.pages.pictures import Metadata, picture
from frontier_assets.plots.latency import latency_bars
from frontier_assets.predictors.performance import Performance
from frontier_assets.promotion.markdown import number, shown_size
from frontier_assets.types import Outcome, Version


def conversion_metadata(
    version: Version, proved: ProvedArtifact, *, success_rate: float | None = None
) -> Metadata:
    """Return what proof and benchmark came to, the sizes, and how to use the artifact.

    ``success_rate`` is the fraction of the model's conversions that were made and proved.
    """
    record, proof = proved.record, proved.proof
    if proof.outcome is Outcome.PASSED:
        says = f"**Proved**: {version.number} is served as `{record.name}`."
    else:
        says = (
            f"**Not served**: the proof {proof.outcome.value.replace('_', ' ')}. "
            f"After a fix: `frontier build {version.ref}`"
        )
    engine = record.details.get("engine")
    files = ", ".join(record.members)
    metadata: Metadata = {
        "state": dg.MetadataValue.md(says),
        "proof": dg.MetadataValue.text(proof.detail),
        "sizes": dg.MetadataValue.text(
            f"{shown_size(record.size_bytes)} ({files}); original {shown_size(version.size_bytes)}"
        ),
    }
    if record.performance is not None:
        metadata |= performance_metadata(Performance.of(record.performance))
    if success_rate is not None:
        metadata["success_rate"] = dg.MetadataValue.float(success_rate)
    return metadata | {
        "next_command": dg.MetadataValue.text(
            f"frontier fetch {version.ref} FOLDER --target {record.name}"
        ),
        "use_in_python": dg.MetadataValue.text(
            f'Workspace.open().load_converted("{version.ref}", "{record.name}")'
        ),
        "artifact_id": dg.MetadataValue.text(str(record.id)),
        "version_id": dg.MetadataValue.text(str(version.id)),
        **({"engine": dg.MetadataValue.json(engine)} if engine else {}),
        **{f"proof_{k}": dg.MetadataValue.float(float(v)) for k, v in proof.measures.items()},
    }


def performance_metadata(performance: Performance) -> Metadata:
    """Return a benchmark as a table, a picture, and numbers that plot."""
    facts = ", ".join(f"{name} {value}" for name, value in performance.machine.items())
    metadata: Metadata = {
        "runs_in": dg.MetadataValue.text(performance.where),
        "measured_on": dg.MetadataValue.text(facts),
    }
    if performance.own:
        metadata["latency"] = _latency_table(performance)
        sides = {"this artifact": performance.own, "original": performance.original}
        bars = {
            name: [(item.rows, item.p50_ms, item.p95_ms) for item in timings]
            for name, timings in sides.items()
        }
        metadata["picture_latency"] = picture(
            latency_bars(bars), "How long a call takes, in turn with the original."
        )
    figures = {k: dg.MetadataValue.float(v) for k, v in performance.metrics.items()}
    return metadata | figures


def _latency_table(performance: Performance) -> dg.TableMetadataValue:
    rows = zip(performance.own, performance.original, performance.speedups, strict=True)
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "examples": own.rows,
                    "p50_ms": number(own.p50_ms),
                    "p95_ms": number(own.p95_ms),
                    "p99_ms": number(own.p99_ms),
                    "per_second": number(own.throughput),
                    "original_p50_ms": number(original.p50_ms),
                    "speedup": f"{gained.estimate:.2f} ({gained.lower:.2f} to {gained.upper:.2f})",
                }
            )
            for own, original, gained in rows
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn("examples", "int", "In one call."),
                dg.TableColumn("p50_ms", "string", "Median latency of a call."),
                dg.TableColumn("p95_ms", "string", "95 of 100 calls are faster."),
                dg.TableColumn("p99_ms", "string", "99 of 100 calls are faster."),
                dg.TableColumn("per_second", "string", "Examples, at the median."),
                dg.TableColumn("original_p50_ms", "string", "Of the original, in turn with it."),
                dg.TableColumn("speedup", "string", "Times as fast as the original, 95 %."),
            ]
        ),
    )
