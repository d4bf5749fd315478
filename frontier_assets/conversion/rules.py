"""What a converted model has to keep of the original, by the precision that it computes in."""

import dataclasses

from frontier_assets.specification import Conversion


@dataclasses.dataclass(frozen=True, slots=True)
class Rules:
    """The limits of a parity check; None is no limit.

    ``absolute`` plus ``relative`` times the original's value bounds every single output.
    ``maximum_error`` bounds an example's difference relative to the size of its outputs, both as
    Euclidean norms, for all but one in a hundred; an example smaller than the average one counts as
    that. ``minimum_agreement`` is the fraction of examples with the same decision.
    ``maximum_drop`` is how much worse the metric may be.
    """

    absolute: float | None = None
    relative: float = 0.0
    maximum_error: float | None = None
    minimum_agreement: float | None = None
    maximum_drop: float | None = None

    def changed(self, conversion: Conversion) -> "Rules":
        """Return these rules with the limits that the YAML sets itself."""
        names = ("maximum_error", "minimum_agreement", "maximum_drop")
        given = {name: getattr(conversion, name) for name in names}
        return dataclasses.replace(self, **{k: v for k, v in given.items() if v is not None})


# Float32 kernels of two runtimes add in different orders; a wrong weight exceeds both by far.
FLOAT32 = Rules(absolute=1e-4, relative=1e-3)
# Float16 keeps 11 bits, so that networks err by 1e-4 to 1e-3, residual ones most. Bfloat16 keeps 8
# and errs eight times as much, which is not always more than this: see `conversion.stealth`.
FLOAT16 = Rules(maximum_error=2e-3, minimum_agreement=0.99)
# Networks quantised per channel err by 0.01 to 0.04.
INT8 = Rules(maximum_error=0.05, minimum_agreement=0.99, maximum_drop=0.01)
