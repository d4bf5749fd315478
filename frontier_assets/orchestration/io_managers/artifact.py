"""What every artifact IO manager does: record a handle's facts, and find it again."""

from typing import Any

import dagster as dg
from pydantic import Field
from typing_extensions import override

from frontier_assets.errors import InvalidValueError
from frontier_assets.orchestration.failures import translated
from frontier_assets.orchestration.resources import WorkspaceResource
from frontier_assets.storage.connections import Connections
from frontier_assets.types import Artifact, Ref, Selector

VERSION_ASSET = "version"


class ArtifactIOManager(dg.ConfigurableIOManager):
    """Passes artifacts between steps as handles; the bytes stay in the named store.

    The last part of the asset key names the artifact, the partition key the version; which bytes
    those are is looked up in the registry, which is the record.
    """

    store: str = Field(description="Name of the store this IO manager serves.")
    workspace: dg.ResourceDependency[WorkspaceResource]

    def connections(self) -> Connections:
        """Return how this store is reached, where that is not as the workspace reaches it."""
        return {}

    @override
    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        if obj is None:
            return  # an optional conversion that was left out
        if not isinstance(obj, Artifact):
            raise InvalidValueError(
                f"Output of {context.asset_key.to_user_string()}", type(obj).__name__, "an Artifact"
            )
        if obj.store != self.store:
            raise InvalidValueError(
                f"Store of {context.asset_key.to_user_string()}", obj.store, f"'{self.store}'"
            )
        context.add_output_metadata(artifact_metadata(obj))

    @override
    def load_input(self, context: dg.InputContext) -> Artifact:
        model, name = context.asset_key.path[0], context.asset_key.path[-1]
        with translated(), self.workspace.opened(self.connections()) as workspace:
            version = workspace.versions.get(Ref(model, Selector.NUMBER, context.partition_key))
            return workspace.artifact(version, None if name == VERSION_ASSET else name)


def artifact_metadata(artifact: Artifact) -> dict[str, dg.MetadataValue[Any]]:
    """Return the facts that every materialisation of an artifact carries."""
    return {
        "uri": dg.MetadataValue.text(artifact.uri),
        "digest": dg.MetadataValue.text(artifact.digest),
        "size_bytes": dg.MetadataValue.int(artifact.size_bytes),
        "stored_bytes": dg.MetadataValue.int(artifact.stored_bytes),
    }
