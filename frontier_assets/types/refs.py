"""Version numbers, and the refs by which people name a version."""

import dataclasses
import enum
import re
from typing import Self

from frontier_assets.errors import InvalidValueError
from frontier_assets.types.names import MAXIMUM_NAME_LENGTH, checked_model_name
from frontier_assets.types.states import ChangeClass, Stage

MAIN = "main"
# Words by which a ref means something else.
_RESERVED = frozenset({MAIN, "latest", "digest", *Stage})
_BRANCH = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_SEQUENCE = re.compile(r"[1-9][0-9]{0,17}")
_PREFIX = re.compile(r"digest:[0-9a-f]{4,64}")
_LARGEST = 999_999_999
_NUMBER = re.compile(
    r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-([a-z][a-z0-9_]*)\.([1-9]\d{0,8}))?",
    re.ASCII,  # other scripts have digits too
)


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class VersionNumber:
    """A semantic version; ``branch`` and ``iteration`` make a pre-release of that branch.

    Ordering is numeric, and a pre-release precedes its release (Semantic Versioning 2.0.0, 11).
    """

    major: int
    minor: int
    patch: int
    _release: bool = dataclasses.field(init=False, repr=False, default=True)
    branch: str = ""
    iteration: int = 0

    def __post_init__(self) -> None:
        """Refuse what `parse` would not read, and put a pre-release before its release."""
        if max(self.major, self.minor, self.patch, self.iteration) > _LARGEST:
            raise InvalidValueError(
                "Version", str(self), "expected parts of nine digits at most; raise an earlier part"
            )
        object.__setattr__(self, "_release", not self.branch)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``1.2.3`` or ``1.2.3-branch.4``; a leading ``v`` is accepted and dropped."""
        match = _NUMBER.fullmatch(text.removeprefix("v"))
        if match is None:
            raise InvalidValueError(
                "Version", text, "expected MAJOR.MINOR.PATCH without leading zeros, e.g. '1.2.0'"
            )
        major, minor, patch, branch, iteration = match.groups()
        return cls(int(major), int(minor), int(patch), branch or "", int(iteration or 0))

    def bumped(self, change: ChangeClass) -> "VersionNumber":
        """Return the next release number for a ``change`` of this class."""
        if change is ChangeClass.MAJOR:
            return VersionNumber(self.major + 1, 0, 0)
        if change is ChangeClass.MINOR:
            return VersionNumber(self.major, self.minor + 1, 0)
        return VersionNumber(self.major, self.minor, self.patch + 1)

    @property
    def release(self) -> "VersionNumber":
        """The release that a pre-release precedes; a release itself."""
        return VersionNumber(self.major, self.minor, self.patch)

    def __str__(self) -> str:
        release = f"{self.major}.{self.minor}.{self.patch}"
        return f"{release}-{self.branch}.{self.iteration}" if self.branch else release


def checked_branch_name(name: str) -> str:
    """Return ``name``, or raise `InvalidValueError`: it becomes part of numbers and of refs."""
    is_name = len(name) <= MAXIMUM_NAME_LENGTH and _BRANCH.fullmatch(name)
    if not is_name or name in _RESERVED or re.fullmatch(r"v[0-9]+", name):
        raise InvalidValueError(
            "Branch name",
            name,
            "expected lower-case letters, digits and '_', starting with a letter, at most "
            f"{MAXIMUM_NAME_LENGTH} characters, no version such as 'v2' and none of "
            f"{', '.join(sorted(_RESERVED))}; e.g. 'experimental'",
        )
    return name


class Selector(enum.StrEnum):
    """The ways in which a ref picks a version."""

    LATEST = "latest"
    NUMBER = "number"
    SEQUENCE = "sequence"
    STAGE = "stage"
    DIGEST = "digest"
    BRANCH = "branch"


@dataclasses.dataclass(frozen=True, slots=True)
class Ref:
    """What a person types for a version, such as ``m``, ``m@1.2.0``, ``m@3``, ``m@production``."""

    model: str
    selector: Selector
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a ref. A bare integer is a sequence; stage names are reserved words."""
        model, separator, value = text.partition("@")
        checked_model_name(model)
        if not separator or value == "latest":
            return cls(model, Selector.LATEST, "latest")
        if value in (Stage.STAGING, Stage.PRODUCTION):
            return cls(model, Selector.STAGE, value)
        if _NUMBER.fullmatch(value.removeprefix("v")):
            return cls(model, Selector.NUMBER, str(VersionNumber.parse(value)))
        if _SEQUENCE.fullmatch(value):
            return cls(model, Selector.SEQUENCE, value)
        if _PREFIX.fullmatch(value):
            return cls(model, Selector.DIGEST, value.removeprefix("digest:"))
        if _BRANCH.fullmatch(value) and len(value) <= MAXIMUM_NAME_LENGTH:
            return cls(model, Selector.BRANCH, value)
        raise InvalidValueError(
            "Ref",
            text,
            "expected MODEL, MODEL@1.2.0, MODEL@3 (sequence), MODEL@latest, MODEL@production, "
            "MODEL@staging, MODEL@<branch> or MODEL@digest:<prefix of 4 or more>",
        )

    @classmethod
    def within(cls, model: str, text: str) -> Self:
        """Read a ref to a version of ``model``, whose name and ``@`` may be left out."""
        ref = cls.parse(text if "@" in text else f"{model}@{text}")
        if ref.model != model:
            raise InvalidValueError("Version", text, f"expected a version of '{model}'")
        return ref

    def __str__(self) -> str:
        prefix = "digest:" if self.selector is Selector.DIGEST else ""
        return f"{self.model}@{prefix}{self.value}"
