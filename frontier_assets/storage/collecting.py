"""A blob that is collected in memory and sent as a whole when it is committed."""

from typing_extensions import Buffer, override

from frontier_assets.storage.blob import BlobWriter


class CollectingWriter(BlobWriter):
    """Holds what is written in ``content``; a backend adds its `commit`."""

    def __init__(self) -> None:
        self.content = bytearray()

    @override
    def write(self, data: Buffer) -> None:
        view = memoryview(data)
        if view.nbytes:  # an empty view of several dimensions cannot be cast
            self.content += view.cast("B")

    @override
    def drop(self) -> None:
        self.content = bytearray()
