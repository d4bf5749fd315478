"""The condition that people have approved a move, as one of those that decide on it."""

from frontier_assets.registry.approvals import counted_approvals
from frontier_assets.registry.evidence import Condition, Evidence
from frontier_assets.types import Stage


def approval_conditions(evidence: Evidence, to: Stage) -> tuple[Condition, ...]:
    """Return the condition that people approve, where the YAML asks for that.

    A version that is there has used its approvals up and needs no others.
    """
    wanted = 0 if evidence.policy is None else evidence.policy.promotion.entry(to).approvals
    if not wanted or evidence.version.stage is to:
        return ()
    counted = counted_approvals(evidence.approvals, to)
    said = [item.signer for item in counted]
    said += [
        f"not of {item.signer}: {item.problem}"
        for item in evidence.approvals
        if item.stage is to and item.problem and not item.is_over
    ]
    shown = f" ({'; '.join(said)})" if said else ""
    if len(counted) >= wanted:
        detail = f"{len(counted)} of {wanted} approvals{shown}"
        return (Condition("approvals", "met", detail),)
    detail = f"waiting for {wanted - len(counted)} of {wanted} approvals{shown}"
    remedy = f"frontier approve {evidence.version.ref} --to {to} --key KEYFILE"
    return (Condition("approvals", "waiting", detail, remedy),)
