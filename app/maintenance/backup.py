"""Back-up and restore: the database and the media of a ShopReel, in one folder, and migrations.

The folder holds ``manifest.json`` (what is in it, with a checksum each), ``database/<collection>.bson`` (documents one
after another, as ``mongodump`` writes them, so that ``mongorestore`` reads them too) and ``media/`` by key. The broker
is not in it: what it holds can be told from the tasks, and the sweeper sends it again.
"""

from __future__ import annotations

import fcntl
import hashlib
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pydantic import BaseModel, ValidationError
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from app import __version__
from app.access import keys
from app.blobs import store as media
from app.db import schema
from app.db.guarded import has_transactions
from app.db.indexes import PROBES, ensure_indexes
from app.db.presence import Presence, check_nobody_uses
from app.db.whole import unchecked
from app.errors import Conflict, InvalidInput, WrongSchema
from app.events import repository as events
from app.maintenance import migrations
from app.models import UtcDatetime, utc_now
from app.tasks.outage import replay_spool

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
PASSING = frozenset({"leases", "presence", PROBES})
"""Collections that say what runs now: a copy of them would be wrong tomorrow."""
LASTING = frozenset({schema.COLLECTION, "presence", keys.REVOKED})
"""What a restore needs itself, and what it adds to rather than replaces."""
UNFINISHED = "unfinished"
"""Stands in the folder of a back-up until it is whole."""
INSERTED_AT_ONCE = 500
MANIFEST = "manifest.json"
Tell = Callable[[str, int], None]
"""Is told what is being copied, and how many documents or files of it there were."""


class Part(BaseModel):
    """One file of a back-up."""

    count: int
    sha256: str


class Manifest(BaseModel):
    """What a back-up holds."""

    shopreel: str
    schema_version: int
    at: UtcDatetime
    collections: dict[str, Part]
    media: dict[str, str]
    """Key -> SHA-256."""


class Restored(Manifest):
    """What was restored."""

    valid_keys: int
    """API keys that can be used now."""
    doubtful_keys: int
    """Of these, how many may have been revoked since the back-up: the database of before, which knew, was lost."""


def back_up(folder: Path, *, with_media: bool = True, tell: Tell = lambda *_: None) -> Manifest:
    """Copy the database and the media to ``folder``; return what was copied.

    The folder must be new or empty, or hold a back-up that was cut short: that is made anew.

    The copy of the database is of one moment, whatever runs meanwhile: it is read in one transaction. A server without
    transactions is only copied while nothing runs. Media are read afterwards; what is stored under a key never changes.

    Raises:
        InvalidInput: the folder is not empty, or cannot be made.
        Conflict: something runs, on a server without transactions.
        Unavailable: the database or the media store does not answer (or the copy took longer than the server lets a
            transaction last; MongoDB: a minute).
    """
    with _new_folder(folder):
        return _copy(folder, with_media, tell)


@contextmanager
def _new_folder(folder: Path) -> Iterator[None]:
    """Let a back-up be made in a folder that is new, or holds one that was cut short and is made anew."""
    unfinished = folder / UNFINISHED
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not unfinished.exists():
            raise InvalidInput(f"{folder}: a back-up needs a new folder (this one holds something)")
        with unfinished.open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            (folder / MANIFEST).unlink(missing_ok=True)
            for part in ("database", "media"):
                shutil.rmtree(folder / part, ignore_errors=True)
            (folder / "database").mkdir()
            yield
            unfinished.unlink()
    except BlockingIOError:
        raise Conflict(f"{folder}: another back-up is being made there") from None
    except OSError as error:
        raise InvalidInput(f"{folder}: a back-up cannot be written there ({error.strerror})") from None


def _copy(folder: Path, with_media: bool, tell: Tell) -> Manifest:
    replay_spool()
    with unchecked() as database:
        schema.check_schema(database)
        names = sorted(set(database.list_collection_names()) - PASSING)
        with _one_moment(database) as session:
            collections = {}
            for name in names:
                collections[name] = _dump(database, name, session, folder / "database" / f"{name}.bson")
                tell(name, collections[name].count)
    copied: dict[str, str] = {}
    if with_media:
        for key in media.all_keys():
            copied[key] = _copy_media(key, folder / "media" / key)
        tell("media", len(copied))
    manifest = Manifest(
        shopreel=__version__, schema_version=schema.VERSION, at=utc_now(), collections=collections, media=copied
    )
    # Last: a folder without it is no back-up.
    part = folder / f"{MANIFEST}.part"
    part.write_text(manifest.model_dump_json(indent=1), "utf-8")
    part.rename(folder / MANIFEST)
    return manifest


def restore(
    folder: Path, *, replace: bool = False, revoke_keys: bool = False, tell: Tell = lambda *_: None
) -> Restored:
    """Bring a back-up into the database and the media store of the settings; return what it held.

    Until all is there no process serves or works on the database; cut short, it is run again. API keys that were
    revoked since the back-up stay so, as far as the database that is replaced knows; ``revoke_keys``: all are revoked.
    Events get ids of another incarnation, so that who goes on from one of before is told. Tasks that were under way go
    on when a worker runs.

    ``replace``: remove what is in the database before.

    Raises:
        InvalidInput: the folder holds no back-up, or one that is damaged; nothing was changed.
        Conflict: something runs, or there are tasks, and ``replace`` was not asked for.
        WrongSchema: the back-up is of a newer version.
        Unavailable: the database or the media store does not answer.
    """
    manifest = _checked_manifest(folder)
    if manifest.schema_version > schema.VERSION:
        raise WrongSchema(f"the back-up is of schema version {manifest.schema_version}; this ShopReel knows less")
    with unchecked() as database:
        begun = schema.doing(database)
        goes_on = begun is not None and begun["doing"] == "restore"
        if not (replace or goes_on) and any(
            database[name].find_one({}, {"_id": 1}) for name in ("tasks", "sessions", "shorts")
        ):
            raise Conflict("the database is not empty; --replace removes what is there")
        had_keys = database[keys.COLLECTION].find_one({}, {"_id": 1}) is not None
        with _alone(database, "restore", had_keys=had_keys) as known:
            keys.remember_revoked(database, {"revoked_at": {"$ne": None}})
            for name in set(database.list_collection_names()) - LASTING:
                database.drop_collection(name)
            tell("what was there before", 0)
            ensure_indexes(database)
            for name, part in manifest.collections.items():
                if name != schema.COLLECTION:
                    _load(database, name, folder / "database" / f"{name}.bson")
                    tell(name, part.count)
            for key in manifest.media:
                media.put(key, folder / "media" / key)
            tell("media", len(manifest.media))
            valid = keys.revoke_restored(database, all_keys=revoke_keys)
            again = {"$set": {"incarnation": secrets.token_hex(4)}, "$setOnInsert": {"last": 0, "removed_to": 0}}
            database[events.COUNTERS].update_one({"_id": events.COUNTER}, again, upsert=True)
            schema.set_version(database, manifest.schema_version)
    unknown = valid if not known.get("had_keys") else 0
    return Restored(**manifest.model_dump(), valid_keys=valid, doubtful_keys=unknown)


def migrate(tell: Callable[[int], None]) -> int:
    """Bring the database to the schema version of this ShopReel; return how many steps that took.

    Until all is done no process serves or works on the database; cut short, it is run again.

    Raises:
        Conflict: something runs.
        WrongSchema: it is of a newer version, or being restored.
        Unavailable: the database does not answer.
    """
    with unchecked() as database:
        steps = 0
        if schema.version_of(database) < schema.VERSION or schema.doing(database) is not None:
            with _alone(database, "migration"):
                steps = migrations.migrate(database, tell)
                ensure_indexes(database)
        else:
            schema.check_schema(database)
            ensure_indexes(database)
        return steps


@contextmanager
def _alone(database: Database[dict[str, Any]], what: str, **known: object) -> Iterator[dict[str, Any]]:
    """Have the database for oneself, and let nobody in until the block has succeeded, however it ends else.

    Yields what was ``known`` when this was begun: before it was cut short, if it was.

    Raises:
        Conflict: somebody uses it.
    """
    check_nobody_uses(database)  # before anybody can notice
    with Presence(database) as own:
        begun = schema.begin(database, what, **known)
        try:
            check_nobody_uses(database, but=own)  # whoever came in between
        except Conflict:
            if begun:
                schema.end(database)
            raise
        found = schema.doing(database) or {}
        yield found.get("known", {})
        schema.end(database)


@contextmanager
def _one_moment(database: Database[dict[str, Any]]) -> Iterator[ClientSession | None]:
    if not has_transactions(database.client.admin.command("hello")):
        check_nobody_uses(database)
        yield None
        return
    with database.client.start_session() as session, session.start_transaction(ReadConcern("snapshot")):
        yield session


def _dump(database: Database[dict[str, Any]], name: str, session: ClientSession | None, path: Path) -> Part:
    digest, count = hashlib.sha256(), 0
    with path.open("wb") as file:
        collection: Collection[Any] = database.get_collection(name, codec_options=RAW)
        for document in collection.find({}, session=session):
            digest.update(document.raw)
            file.write(document.raw)
            count += 1
    return Part(count=count, sha256=digest.hexdigest())


def _load(database: Database[dict[str, Any]], name: str, path: Path) -> None:
    collection = database.get_collection(name, codec_options=RAW)
    with path.open("rb") as file:
        documents = bson.decode_file_iter(file, RAW)
        while some := list(islice(documents, INSERTED_AT_ONCE)):
            if name in LASTING:
                for one in some:
                    collection.replace_one({"_id": one["_id"]}, one, upsert=True)
            else:
                collection.insert_many(some)


def _copy_media(key: str, path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    media.save_as(key, path)
    return _digest(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked_manifest(folder: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        if (folder / UNFINISHED).exists():
            raise InvalidInput(
                f"{folder}: a back-up that was cut short: {MANIFEST} is missing; make it again"
            ) from None
        raise InvalidInput(f"{folder}: no back-up ({MANIFEST} is missing or damaged)") from None
    files: Mapping[Path, str] = {
        folder / "database" / f"{name}.bson": part.sha256 for name, part in manifest.collections.items()
    } | {folder / "media" / key: digest for key, digest in manifest.media.items()}
    for path, digest in files.items():
        inside = path.resolve().is_relative_to(folder.resolve())
        if not inside or not path.is_file() or _digest(path) != digest:
            raise InvalidInput(f"{path}: missing or damaged")
    return manifest
