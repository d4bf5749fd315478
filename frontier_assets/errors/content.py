"""Bytes that may not be used: damaged, unreadable, unproven, or able to run code."""

from frontier_assets.errors.root import FrontierAssetsError


class BlobExistsError(FrontierAssetsError, FileExistsError):
    """A create-only write met a blob of the same name; the existing one is untouched."""

    def __init__(self, name: str, store: str) -> None:
        """Name the blob and the ``store``."""
        self.name, self.store = name, store
        super().__init__(f"Blob '{name}' already exists in store {store}")


class ArtifactTooLargeError(FrontierAssetsError, ValueError):
    """An artifact is larger than its store accepts; nothing of it was written."""

    def __init__(self, size_bytes: int, maximum_bytes: int, store: str) -> None:
        """Name the artifact's size, the limit, and the ``store`` whose URL sets it."""
        self.size_bytes, self.maximum_bytes, self.store = size_bytes, maximum_bytes, store
        super().__init__(
            f"An artifact of {size_bytes} bytes is too large for store '{store}', which accepts "
            f"{maximum_bytes}; make it smaller, or raise maximum_bytes in the store's URL"
        )


class BlobChangedError(FrontierAssetsError):
    """A blob to be replaced has another content than the caller knows; it is untouched."""

    def __init__(self, name: str, store: str) -> None:
        """Name the blob and the ``store``."""
        self.name, self.store = name, store
        super().__init__(
            f"Blob '{name}' in store {store} is not what was read of it before: another writer "
            "changed it; read it again and repeat the change"
        )


class IntegrityError(FrontierAssetsError):
    """Stored bytes are not the bytes that were saved. Nothing of them may be used."""

    def __init__(self, artifact: str, where: str, problem: str) -> None:
        """Name the ``artifact`` (its digest), ``where`` it is broken, and the ``problem``."""
        self.artifact, self.where, self.problem = artifact, where, problem
        super().__init__(
            f"Artifact {artifact} is corrupt: {problem} ({where}); "
            "restore the file from a backup or build the version again"
        )


class UnsupportedFormatError(FrontierAssetsError):
    """Something on disk was written in a format that this version does not read."""

    def __init__(self, thing: str, found: object, supported: object) -> None:
        """Name the ``thing``, the format ``found`` and the one ``supported``."""
        self.thing, self.found, self.supported = thing, found, supported
        super().__init__(
            f"{thing} has format version {found}; this release reads {supported}: "
            "use the release that wrote it, or a newer one"
        )


class UnverifiedArtifactError(FrontierAssetsError, PermissionError):
    """A converted artifact has no passed parity check and must not be served."""

    def __init__(self, ref: str, target: str) -> None:
        """Name the version as ``ref`` and the conversion ``target``."""
        self.ref, self.target = ref, target
        super().__init__(
            f"Artifact '{target}' of {ref} is not verified: its parity check has not passed; "
            f"`frontier build {ref}` converts and checks it again"
        )


class EngineMismatchError(FrontierAssetsError, PermissionError):
    """An engine was built for something else than what would run it; it was not loaded."""

    def __init__(self, part: str, built: str, here: str) -> None:
        """Name the ``part`` that differs, what the engine was ``built`` with and what is here."""
        self.part, self.built, self.here = part, built, here
        super().__init__(
            f"Engine was built with {part} {built}, and here it is {here or 'unknown'}: it is not "
            "loaded; build the version again here, or load it where it was built"
        )


class UntrustedContentError(FrontierAssetsError, PermissionError):
    """Content that could run code when it is loaded, and that the model's YAML does not allow."""

    def __init__(self, content: str, problem: str, remedy: str) -> None:
        """Name the ``content``, why it is refused and the ``remedy``."""
        self.content, self.problem, self.remedy = content, problem, remedy
        super().__init__(f"{content} is refused: {problem}; {remedy}")


class MissingModuleError(FrontierAssetsError, ImportError):
    """A stored object needs a module that this process cannot import."""

    def __init__(self, content: str, module: str) -> None:
        """Name the ``content`` and the missing ``module``."""
        self.content, self.module = content, module
        super().__init__(
            f"{content} needs the module '{module}', which cannot be imported: install it, or put "
            "the project that defines it on the Python path"
        )


class CorruptTransferError(FrontierAssetsError):
    """A file did not arrive as it lies where it came from; nothing of its version was recorded."""

    retryable = True

    def __init__(self, file: str, source: str, problem: str) -> None:
        """Name the ``file``, the ``source`` it was read from and the ``problem``."""
        self.file, self.source, self.problem = file, source, problem
        super().__init__(
            f"File '{file}' of {source} did not arrive whole: {problem}; what was imported before "
            "it stays, run the import again to go on"
        )


class BlobsCollectedError(FrontierAssetsError):
    """Garbage collection took bytes of a store while they were looked at; nothing was recorded.

    Doing the whole thing again from its start helps.
    """

    retryable = True

    def __init__(self, store: str, blob: str) -> None:
        """Name the ``store`` and the ``blob``."""
        self.store, self.blob = store, blob
        super().__init__(
            f"Blob '{blob}' of store '{store}' was collected as garbage in the meantime; nothing "
            "was recorded, try again"
        )


class SharedStoreError(FrontierAssetsError):
    """Several registries keep artifacts in a store: what one needs is garbage to the others."""

    def __init__(self, store: str, url: str, identity: str, registry: str) -> None:
        """Name the ``store`` and the other ``registry``, which has this ``identity`` there."""
        self.store, self.url, self.identity, self.registry = store, url, identity, registry
        super().__init__(
            f"Store '{store}' ({url}) holds artifacts of another registry, which would be garbage "
            f"to this one: {registry}; use one registry, or a store for each, and when that one is "
            f"gone for good, `frontier store forget {store} {identity}`"
        )


class UnreadableManifestError(FrontierAssetsError):
    """What a recorded artifact consists of cannot be told, so nothing near it is deleted."""

    def __init__(self, store: str, artifact: str, problem: str) -> None:
        """Name the ``store``, the ``artifact`` (its digest) and the ``problem``."""
        self.store, self.artifact, self.problem = store, artifact, problem
        super().__init__(
            f"Store '{store}' holds artifact {artifact}, whose manifest cannot be read, so that "
            f"nothing there is counted or deleted: {problem}; `frontier store verify` names what "
            "it belongs to"
        )
