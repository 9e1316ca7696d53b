"""The check-up behind ``shopreel doctor``: what is installed, reachable, and used."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Callable
from dataclasses import dataclass

from rich.markup import escape
from rich.table import Table

from app import __version__
from app.access.keys import list_keys
from app.blobs import store as media
from app.config import get_settings, mistyped_settings, read_settings
from app.core.redaction import without_secrets
from app.db import client as mongo
from app.db.client import database_answers
from app.embedded import check_writable
from app.embedded.servers import embedded_servers
from app.errors import NotFound, ShopReelError, Unavailable
from app.maintenance import dependencies
from app.providers import registry
from app.queue import broker
from app.tasks.spool import get_spool

PARTS = ("pymongo", "dramatiq", "fastapi", "av", "opencv-python-headless", "curl-cffi", "obstore")


@dataclass(frozen=True)
class CheckUp:
    """One thing that was looked at."""

    name: str
    good: bool
    finding: str

    def as_dict(self) -> dict[str, str | bool]:
        """Return it as JSON data."""
        return {"name": self.name, "good": self.good, "finding": self.finding}


def examine() -> list[CheckUp]:
    """Look at everything; a check that fails is a finding, not an error. With wrong settings only those are told."""
    settings, wrong = read_settings()
    if settings is None:
        return [_check(name, CHECKS[name]) for name in ("ShopReel", "libraries")] + [
            CheckUp("settings", False, fault) for fault in wrong
        ]
    return [_check(name, look) for name, look in CHECKS.items()]


def findings_table(found: list[CheckUp]) -> Table:
    """Return the findings as a table."""
    table = Table("", "Part", "Finding")
    for one in found:
        table.add_row("[green]✓[/green]" if one.good else "[red]✗[/red]", one.name, escape(one.finding))
    return table


def _check(name: str, look: Callable[[], str]) -> CheckUp:
    try:
        return CheckUp(name, True, look())
    except (ShopReelError, OSError, ImportError, importlib.metadata.PackageNotFoundError) as error:
        return CheckUp(name, False, str(error))


def _shopreel() -> str:
    return f"ShopReel {__version__} on Python {platform.python_version()}, {platform.system()} {platform.machine()}"


def _libraries() -> str:
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PARTS)


def _settings() -> str:
    told = list(get_settings().told)
    told += [f"{name} is no setting; did you mean {meant}?" for name, meant in mistyped_settings().items()]
    return "; ".join(told) or "as given"


def _data_folder() -> str:
    folder = get_settings().shopreel_data_dir.resolve()
    check_writable(folder)
    dependencies.probe_disk()
    return f"{folder} can be written"


def _spool() -> str:
    spool = get_spool()
    if damaged := spool.damaged():
        names = ", ".join(damaged)
        raise Unavailable(
            f"{spool.folder}: {names}: what could not be read in it was not done; look at it, then remove it"
        )
    return f"{spool.count()} writes wait for the database"


def _embedded() -> str:
    settings = get_settings()
    wanted = [
        name
        for name, used in (("database", settings.mongodb_uri is None), ("broker", settings.uses_embedded_broker))
        if used
    ]
    if not wanted:
        return "not used"
    for server in embedded_servers(settings.shopreel_data_dir).values():
        if server.name in wanted:
            server.folder.mkdir(parents=True, exist_ok=True)
            server.command(server.folder, server.socket.name)
    return f"installed: {' and '.join(wanted)}"


def _database() -> str:
    with database_answers():
        connection = mongo.connect()
        version = connection.client.server_info()["version"]
    dependencies.probe_database()
    where = without_secrets(mongo.mongodb_uri(get_settings()))
    kind = "with" if connection.transactions else "WITHOUT"
    return f"{where} answers (MongoDB protocol {version}, {kind} transactions), takes and gives; indexes verified"


def _broker() -> str:
    broker.probe()
    return f"{without_secrets(broker.broker_url())} takes and gives messages"


def _keys() -> str:
    if not get_settings().api_keys_required:
        return "none is required: whoever reaches the server can use it"
    with database_answers():
        valid = sum(key.revoked_at is None for key in list_keys())
    if not valid:
        raise NotFound("they are required, and there is none: shopreel keys create USER_ID")
    return f"required; {valid} valid"


def _media() -> str:
    media.probe()
    return f"{without_secrets(get_settings().media_url or 'the folder media in the data folder')} takes and gives"


def _voice() -> str:
    from app.rendering.voice import voices_of
    from app.scenario.script.language import languages

    found = {language: " or ".join(voice.name for voice in voices_of(language)) for language in languages()}
    said = ", ".join(f"{language}: {names or 'captions alone'}" for language, names in found.items())
    return f"{said} (shopreel[voices] adds espeak)"


def _music() -> str:
    return f"immich-memories-music {importlib.metadata.version('immich-memories-music')}"


def _browser() -> str:
    from app.fetching.browser import HINT, chromium

    if not get_settings().fetch_browser:
        return "not used (FETCH_BROWSER)"
    return chromium() or f"none, so pages that need script can't be read: {HINT}"


def _providers() -> str:
    return "; ".join(f"{kind}: {name}" for kind, name in registry.in_use().items())


CHECKS: dict[str, Callable[[], str]] = {
    "ShopReel": _shopreel,
    "libraries": _libraries,
    "settings": _settings,
    "data folder": _data_folder,
    "spool": _spool,
    "embedded servers": _embedded,
    "database": _database,
    "broker": _broker,
    "API keys": _keys,
    "media store": _media,
    "browser": _browser,
    "voice": _voice,
    "music": _music,
    "providers": _providers,
}
