"""The media store: whole or not at all, and a full or missing store is told."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from app.blobs import store as media
from app.blobs.workspace import remove_stale_workspaces, workspace
from app.config import get_settings
from app.errors import NotFound, Unavailable
from app.maintenance.scheduler import cleanup


def test_what_is_put_is_got_whole_and_in_part(tmp_path: Path) -> None:
    data = bytes(range(256)) * 5000
    (tmp_path / "file").write_bytes(data)
    media.put("a/b", tmp_path / "file")
    assert media.get("a/b") == data
    assert media.size("a/b") == len(data)
    assert media.get_range("a/b", 1000, 2000) == data[1000:2000]
    media.save_as("a/b", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == data


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    for look in (media.get, media.size, lambda key: media.get_range(key, 0, 1)):
        with pytest.raises(NotFound, match="absent"):
            look("absent")
    with pytest.raises(NotFound, match="absent"):
        media.save_as("absent", tmp_path / "x")


def test_a_store_that_takes_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(prefix="media-") as folder:
        monkeypatch.setenv("MEDIA_URL", f"file://{folder}/store/below")
        Path(folder, "store").write_text("a file where a folder should be")
        get_settings.cache_clear()
        media.reset()
        with pytest.raises(Unavailable, match="media store"):
            media.put("a/b", b"x")


def test_no_id_of_a_short_leaves_its_folder() -> None:
    for short_id in ("..", ".", "a b", "ä" * 100, "%2e%2e"):
        key = media.short_key(short_id, "clip.mp4")
        assert key.startswith("shorts/")
        assert ".." not in key.split("/")
        assert len(key.split("/")) == 3


def test_a_workspace_is_gone_afterwards_and_a_dead_one_is_removed() -> None:
    with workspace() as held:
        stale = held.parent / "stale"
        stale.mkdir()
        (stale / "part").write_bytes(b"x")
        assert remove_stale_workspaces() == 1
        assert held.exists()
    assert not held.exists()
    assert not stale.exists()


def test_an_address_is_signed_for_as_long_as_the_setting_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert media.signed_url("a/b") is None
    monkeypatch.setenv("MEDIA_SIGNED_SECONDS", "90")
    get_settings.cache_clear()
    media.reset()
    assert media.signed_url("a/b") is None  # a folder cannot sign
    monkeypatch.setenv("MEDIA_URL", "s3://bucket/prefix")
    for name, value in (("ACCESS_KEY_ID", "id"), ("SECRET_ACCESS_KEY", "secret-one"), ("REGION", "eu-central-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    get_settings.cache_clear()
    media.reset()
    address = media.signed_url("a/b")
    assert address is not None
    assert "/prefix/a/b?" in address
    assert "X-Amz-Expires=90" in address
    assert "X-Amz-Signature=" in address
    assert "secret-one" not in address


def test_a_store_that_does_not_answer_is_told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(media.RETRIES, "max_retries", 0)
    for name, value in (("ENDPOINT_URL", "http://127.0.0.1:9"), ("ACCESS_KEY_ID", "id"), ("SECRET_ACCESS_KEY", "x")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("MEDIA_URL", "s3://bucket/prefix")
    get_settings.cache_clear()
    media.reset()
    with pytest.raises(Unavailable, match="media store") as caught:
        media.put("a/b", b"x")
    assert "127.0.0.1" not in str(caught.value)


def test_half_an_upload_is_removed_when_nobody_adds_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("shorts/video-1.mp4#1", "images/a.jpg#27", "shorts/video-2.mp4#1"):
        path = tmp_path / "store" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        long_ago = 0 if "video-2" in name else 4000
        os.utime(path, (time.time() - long_ago,) * 2)
    monkeypatch.setenv("MEDIA_URL", f"file://{tmp_path}/store")
    get_settings.cache_clear()
    media.reset()
    media.put("shorts/video-1.mp4", b"whole")
    os.utime(tmp_path / "store" / "shorts" / "video-1.mp4", (time.time() - 4000,) * 2)
    assert list(media.all_keys()) == ["shorts/video-1.mp4"]
    cleanup()  # what the leader does once a day
    left = {path.name for path in (tmp_path / "store").rglob("*") if path.is_file()}
    assert left == {"video-1.mp4", "video-2.mp4#1"}
    media.reset()
    monkeypatch.setenv("MEDIA_URL", "s3://bucket")
    get_settings.cache_clear()
    assert media.remove_half_uploads() == 0
