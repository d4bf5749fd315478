"""What the project stands on: settings, packages, the registry's database and the stores."""

from frontier_assets.errors.root import FrontierAssetsError


class SettingsError(FrontierAssetsError, ValueError):
    """A setting is missing or cannot be used."""

    def __init__(self, setting: str, problem: str, remedy: str) -> None:
        """Name the ``setting``, the ``problem`` and the ``remedy``; never a credential."""
        self.setting, self.problem, self.remedy = setting, problem, remedy
        super().__init__(f"{setting}: {problem}; {remedy}")


class MissingExtraError(FrontierAssetsError, ImportError):
    """A feature needs a package that is not installed, or a newer one."""

    def __init__(self, feature: str, package: str, extra: str, *, installed: str = "") -> None:
        """Name the ``feature``, the missing ``package`` and the ``extra`` that brings it.

        ``installed`` is the version that is there and not the one wanted; empty: there is none.
        """
        self.feature, self.package, self.extra = feature, package, extra
        self.installed = installed
        lacking = f"and {installed} is installed" if installed else "which is not installed"
        super().__init__(
            f"{feature} needs '{package}', {lacking}: pip install 'frontier_assets[{extra}]'"
        )


class EngineUnavailableError(FrontierAssetsError, RuntimeError):
    """A flavour of TensorRT cannot build or run engines on this machine."""

    def __init__(self, flavour: str, state: str, problem: str, remedy: str) -> None:
        """Name the ``flavour``, the ``state`` (a word such as ``no_gpu``), and both in prose."""
        self.flavour, self.state, self.problem, self.remedy = flavour, state, problem, remedy
        super().__init__(f"{flavour} cannot be used here: {state}: {problem}; {remedy}")


class RegistrySchemaError(FrontierAssetsError):
    """The registry's database is older or newer than this release."""

    def __init__(self, url: str, problem: str, remedy: str) -> None:
        """Name the database (``url`` without its password), the ``problem`` and the ``remedy``."""
        self.url, self.problem, self.remedy = url, problem, remedy
        super().__init__(f"Registry {url}: {problem}; {remedy}")


class RegistryUnavailableError(FrontierAssetsError, ConnectionError):
    """The registry's database does not answer; nothing was changed. Trying again can help."""

    retryable = True

    def __init__(self, url: str, problem: str) -> None:
        """Name the database (``url`` without its password) and the ``problem``."""
        self.url, self.problem = url, problem
        super().__init__(
            f"Registry {url} cannot be used: {problem}; check that it can be reached and that "
            "nothing else holds it, then try again"
        )


class ChangeUncertainError(FrontierAssetsError, ConnectionError):
    """A change was either made whole or not at all, and only the registry can tell which."""

    def __init__(self, url: str, problem: str) -> None:
        """Name the database (``url`` without its password) and the ``problem``."""
        self.url, self.problem = url, problem
        super().__init__(
            f"Registry {url} was lost while it was asked to commit a change ({problem}): the "
            "change was made whole or not at all; `frontier history MODEL`, `frontier versions "
            "MODEL` or `frontier audit export` tells which, look before doing it again"
        )


class RegistryDamagedError(FrontierAssetsError):
    """The registry's database holds what no release wrote; what was read of it may be wrong."""

    def __init__(self, url: str, problem: str) -> None:
        """Name the database (``url`` without its password) and the ``problem``."""
        self.url, self.problem = url, problem
        super().__init__(
            f"Registry {url} is damaged: {problem}; restore the database from a backup, then "
            "`frontier audit verify` proves what it holds"
        )


class StoreUnavailableError(FrontierAssetsError, OSError):
    """A store cannot be read or written; what it holds is untouched.

    ``retryable`` is true where the same call can succeed later without anybody's help.
    """

    def __init__(
        self,
        url: str,
        problem: str,
        remedy: str = "check its folder, its permissions and the space that is left",
        *,
        retryable: bool = False,
    ) -> None:
        """Name the store (``url`` without credentials), the ``problem`` and the ``remedy``."""
        self.url, self.problem, self.remedy, self.retryable = url, problem, remedy, retryable
        super().__init__(f"Store {url} cannot be used: {problem}; {remedy}")


class ServerUnavailableError(FrontierAssetsError, OSError):
    """A server of somebody else's does not answer, or not as it should."""

    retryable = True

    def __init__(self, url: str, problem: str) -> None:
        """Name the server (``url`` without credentials) and the ``problem``."""
        self.url, self.problem = url, problem
        super().__init__(
            f"Server {url} cannot be read: {problem}; check the address and the credentials, then "
            "run it again: what was imported stays"
        )


class EncryptionKeyError(FrontierAssetsError, PermissionError):
    """A store cannot be used with the keys at hand; what it holds is untouched."""

    def __init__(self, url: str, problem: str, remedy: str) -> None:
        """Name the store (``url``), the ``problem`` by the ids of keys, and the ``remedy``."""
        self.url, self.problem, self.remedy = url, problem, remedy
        super().__init__(f"Store {url} cannot be decrypted: {problem}; {remedy}")


class AuditChainError(FrontierAssetsError):
    """The audit trail does not prove itself: an entry was changed, removed, added or moved."""

    def __init__(self, model: str, sequence: int, problem: str) -> None:
        """Locate the break: the ``model``, the entry's ``sequence`` and the ``problem``."""
        self.model, self.sequence, self.problem = model, sequence, problem
        super().__init__(f"Audit trail of '{model}' breaks at entry {sequence}: {problem}")


class DossierError(FrontierAssetsError, ValueError):
    """A dossier proves nothing: it was altered, is not signed, or contradicts itself."""

    def __init__(self, place: str, problem: str) -> None:
        """Locate the break: the ``place`` in the dossier, and the ``problem``."""
        self.place, self.problem = place, problem
        super().__init__(f"The dossier does not prove itself: {place}: {problem}")


class AuditExportError(FrontierAssetsError, ValueError):
    """A file is no whole export of an audit trail; what it says proves nothing."""

    def __init__(self, path: object, line: int, problem: str) -> None:
        """Locate the break: the file's ``path``, the ``line`` (from 1) and the ``problem``."""
        self.path, self.line, self.problem = path, line, problem
        super().__init__(
            f"Audit export {path} breaks at line {line}: {problem}; `frontier audit export` "
            "writes it anew where the registry is"
        )
