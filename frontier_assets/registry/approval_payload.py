"""What a person signs to approve a move: one canonical text, and how it can fail to fit."""

import dataclasses
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.canonical import canonical_json
from frontier_assets.registry.columns import iso
from frontier_assets.types import Stage

NAMESPACE = "frontier-approval"
_FORMAT_VERSION = 1
_TIMES = ("issued_at", "expires_at")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The move that is approved, with everything that its approval rests on.

    ``expected_holder`` is the version that leaves production for it, None where nobody does.
    """

    model: str
    version: str
    digest: str
    stage: Stage
    policy_digest: str | None
    expected_holder: str | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPayload:
    """An approval of a ``move``, good between two moments; ``nonce`` tells it from every other."""

    move: Move
    issued_at: datetime
    expires_at: datetime
    nonce: str

    @classmethod
    def issue(cls, move: Move, *, expires_hours: float) -> Self:
        """Return a new payload for a move, good from now on."""
        now = datetime.now(UTC)
        return cls(
            move=move,
            issued_at=now,
            expires_at=now + timedelta(hours=expires_hours),
            nonce=secrets.token_hex(16),
        )

    @property
    def text(self) -> str:
        """The one JSON text that is signed, without a line's end."""
        return canonical_json(
            {
                "format_version": _FORMAT_VERSION,
                **dataclasses.asdict(self.move),
                "issued_at": iso(self.issued_at),
                "expires_at": iso(self.expires_at),
                "nonce": self.nonce,
            }
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `text` wrote; any other text is refused.

        Raises:
            InvalidValueError: it is not exactly the text of a payload.
        """
        try:
            values: dict[str, Any] = json.loads(text)
            del values["format_version"]
            times = {name: datetime.fromisoformat(values.pop(name)) for name in _TIMES}
            nonce = values.pop("nonce")
            move = Move(**(values | {"stage": Stage(values["stage"])}))
            payload = cls(move=move, nonce=nonce, **times)
            same = payload.text == text
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
            same = False
        if not same:
            raise InvalidValueError(
                "Approval payload", text, "exactly what `frontier approve --payload` printed"
            )
        return payload

    def differs(self, move: Move) -> str | None:
        """Say in what this is an approval of another move; None if it is of this one."""
        for field in dataclasses.fields(Move):
            given, wanted = getattr(self.move, field.name), getattr(move, field.name)
            if given != wanted:
                name = field.name.replace("_", " ")
                return f"it is for {name} {given or 'nobody'}, and that is {wanted or 'nobody'} now"
        return None

    def out_of_time(self, now: datetime, *, expires_hours: float) -> str | None:
        """Say why this is not good at the moment ``now``; None if it is."""
        if self.issued_at > now:
            return (
                f"it was issued at {shown(self.issued_at)}, which is not over: compare the clocks"
            )
        if self.expires_at - self.issued_at > timedelta(hours=expires_hours):
            return f"it is good for longer than `expires_hours: {expires_hours:g}`"
        if self.expires_at <= now:
            return f"it expired at {shown(self.expires_at)}"
        return None


def shown(moment: datetime) -> str:
    """Return a time for people."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
