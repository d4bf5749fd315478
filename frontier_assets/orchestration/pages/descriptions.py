"""The descriptions of assets, checks, jobs and sensors: what each is, and what to do when red.

They are Markdown, read by people who see the graph for the first time.
"""

from frontier_assets.specification import Conversion, Gate, ModelSpecification, Training
from frontier_assets.types import Severity, Stage


def describe_training(specification: ModelSpecification, training: Training) -> str:
    """Return the description of ``m/training``."""
    register = {
        "best": f"the one with the {training.direction} `{training.metric}` becomes a version",
        "latest": "the last one becomes a version",
        "never": "none becomes a version by itself",
    }[training.register_]
    register = register.replace("lower", "lowest").replace("higher", "highest")
    return (
        f"One training run of {_title(specification)} by `{training.entrypoint}`. Every saved "
        f"state is a checkpoint; {register}.\n\n"
        "**Start it:** Materialize, or "
        f"job `{specification.name}__train`. **Red?** The run's log has the error; a retried run "
        "carries on from its last checkpoint."
    )


def describe_checkpoint(specification: ModelSpecification) -> str:
    """Return the description of ``m/checkpoint``."""
    return (
        "Saved training states, one partition each, reported while training runs. Nothing executes "
        "this asset.\n\n"
        f"**Make one a version:** `frontier register {specification.name} --checkpoint KEY`."
    )


def describe_version(specification: ModelSpecification) -> str:
    """Return the description of ``m/version``."""
    about = f" {specification.description}" if specification.description else ""
    return (
        f"Registered versions of {_title(specification)}, one partition each: the model's bytes, "
        f"read back and verified.{about}\n\n"
        "**First step of a build**, which the sensor `new_versions` starts for every new version. "
        "**Red?** The store lost or changed bytes, or another run builds the same version; the "
        "run's log says which."
    )


def describe_evaluation(specification: ModelSpecification, dataset: str) -> str:
    """Return the description of ``m/evaluation/<dataset>``."""
    about = specification.source(dataset).description.rstrip(".")
    which = f"`{dataset}` ({about})" if about else f"`{dataset}`"
    return (
        f"How each version does on {which}: "
        f"{', '.join(specification.evaluation.metrics)}. Each gate on this data set is a check.\n\n"
        "**A check is red?** That gate stopped a version; production is untouched. The list of "
        "checks is red while any version fails, the check's own tab Partitions says which. Look at "
        "`metrics` and the pictures of that version, then train a better one or change the gate in "
        "the YAML."
    )


def describe_conversion(specification: ModelSpecification, conversion: Conversion) -> str:
    """Return the description of ``m/<target>``."""
    on = specification.parity_dataset(conversion.target)
    waits = (
        "Promotion waits for its proof."
        if conversion.required
        else "Promotion does not wait for it (`required: false`)."
    )
    return (
        f"Each version as `{conversion.target}`. The check `parity` compares its outputs with the "
        f"original's on `{on}`; only a proved one is served. `latency` is its speed beside the "
        f"original's. {waits}\n\n"
        "**Red?** Either a gate stopped the version before (see the evaluations), or the "
        "conversion or its proof failed: the run's log and the check say how."
    )


def describe_comparison(specification: ModelSpecification) -> str:
    """Return the description of ``m/comparison``."""
    return (
        f"Each version of {_title(specification)} against the one that was in production then: "
        "paired differences with intervals, slices, latencies in turn, and which artifacts are "
        "worth a look.\n\n"
        "**Production has changed since?** Materialize it again. **Red?** A step before it failed; "
        "what production's version cannot do is told under `problems`."
    )


def describe_model_card(specification: ModelSpecification) -> str:
    """Return the description of ``m/model_card``."""
    return (
        f"What a reviewer of {_title(specification)} decides on: one page per version with "
        "decision, metrics against production, gates, data, training and proofs. Last step of a "
        "build.\n\n"
        "**Read it:** metadata `card`, [Show Markdown]. **Red?** A step before it failed, so there "
        "is no complete build: look left."
    )


def describe_ab_test(specification: ModelSpecification) -> str:
    """Return the description of ``m/ab_test``."""
    model = specification.name
    return (
        f"Experiments between versions of {_title(specification)}, one partition each, looked at "
        f"by the schedule `{model}__ab_test_looks`. Each look is recorded and may end it.\n\n"
        f"**Begin one:** `frontier experiments create {model} NAME --control VERSION --treatment "
        "VERSION`, then `frontier experiments start ID`. **Red check?** Units are not divided as "
        "planned, or a guardrail is harmed: the metadata `why` says what was done about it."
    )


def describe_stage(specification: ModelSpecification, stage: Stage) -> str:
    """Return the description of ``m/staging`` or ``m/production``."""
    model = specification.name
    setting = specification.promotion.entry(stage).mode
    who = (
        "The sensor `promotion` moves versions here when all conditions are met"
        if setting == "automatic"
        else "A person moves versions here"
    )
    if stage is Stage.STAGING:
        return (
            f"The version of {_title(specification)} that was staged last. {who} "
            f"(`promotion.staging: {setting}`).\n\n"
            f"Reported, never executed. **Move one:** `frontier promote {model}@VERSION --to "
            f"staging --reason '...'`, or job `{model}__promote`."
        )
    return (
        f"The version of {_title(specification)} that serves. {who} "
        f"(`promotion.production: {setting}`); exactly one version is here.\n\n"
        f"Reported, never executed. **Go back:** `frontier rollback {model} --reason '...'`, or "
        f"job `{model}__rollback`. **Who was here when:** `frontier history {model}`."
    )


def describe_gate(gate: Gate) -> str:
    """Return the gate as a sentence, why it exists, and what to do when it fails."""
    if gate.versus:
        rule = (
            f"{gate.metric} is at most {gate.tolerance:g} worse than in {gate.versus}, with the "
            "whole interval of the paired difference"
        )
    else:
        rule = f"{gate.metric} {gate.comparison} {gate.threshold:g}"
    critical = gate.severity is Severity.CRITICAL
    effect = "stops the version" if critical else "warns only"
    why = f" {gate.description}" if gate.description else ""
    remedy = (
        "train a better version, or change the gate in the YAML and evaluate again"
        if critical
        else "look at it; nothing waits for this gate"
    )
    where = gate.place + (f", {gate.slice}" if gate.slice else "")
    return f"On {where}: {rule}; a failure {effect}.{why} If it fails: {remedy}."


def describe_parity() -> str:
    """Return the description of the check on a converted artifact."""
    return (
        "Outputs equal the original model's on real data, at several batch sizes. If it fails: "
        "the artifact is kept for inspection and never served; its detail names the largest "
        "difference."
    )


def describe_latency() -> str:
    """Return the description of the check on a converted artifact's speed."""
    return (
        "In turn with the original, at several batch sizes, the artifact is not shown to be "
        "slower. If it fails: it still serves, and nothing waits for this check; a gate with "
        "`target` in the YAML stops what is too slow."
    )


def _title(specification: ModelSpecification) -> str:
    return specification.title or f"`{specification.name}`"
