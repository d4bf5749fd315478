"""The files that are attached to a version: a table of them, and those that are pictures."""

from collections.abc import Callable, Sequence

import dagster as dg

from frontier_assets.orchestration.pages.pictures import Metadata, picture
from frontier_assets.promotion.markdown import shown_size, table
from frontier_assets.registry.attachments import Attachment

_PNG = b"\x89PNG\r\n\x1a\n"
# Metadata goes into Dagster's database and into every page that shows it.
_SHOWN_BYTES = 1 << 20


def attachments_metadata(
    attached: Sequence[Attachment], read: Callable[[Attachment], bytes]
) -> Metadata:
    """Return the files as a table, and each PNG of at most 1 MiB as a picture."""
    if not attached:
        return {}
    rows = [(item.name, item.kind, shown_size(item.size_bytes)) for item in attached]
    metadata: Metadata = {"attachments": dg.MetadataValue.md(table(("File", "Kind", "Size"), rows))}
    for item in attached:
        content = read(item) if item.size_bytes <= _SHOWN_BYTES else b""
        if content.startswith(_PNG):
            metadata[f"attached_{item.name}"] = picture(content, f"{item.name}, {item.kind}")
    return metadata
