"""Settings: what cannot work is told in one line that names the variable, and never what is secret in it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.config import Settings, check_env_file, mistyped_settings, read_settings
from app.errors import InvalidInput

SECRET = "hunter2secret"
NAMES = [name.upper() for name in Settings.model_fields]
URLS = ("MONGODB_URI", "REDIS_URL", "RABBITMQ_URL", "MEDIA_URL", "FETCH_PROXY", "OPENAI_URL")


def faults(**environment: str) -> list[str]:
    """Return what is wrong with these settings and no others."""
    with mock.patch.dict(os.environ, environment):
        return read_settings()[1]


def one_fault(name: str, value: str) -> str:
    (fault,) = faults(**{name: value})
    assert fault.startswith(f"{name}: "), fault
    assert "\n" not in fault
    return fault


@pytest.mark.parametrize("password", [f"{SECRET}{mark}x" for mark in "/?#"] + [f"p{mark}{SECRET}" for mark in "/?#"])
@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("MONGODB_URI", "mongodb://someone:{}@db.example/"),
        ("MONGODB_URI", "mongodb+srv://someone:{}@db.example/shop?retryWrites=true"),
        ("REDIS_URL", "redis://:{}@broker.example:6379/0"),
        ("RABBITMQ_URL", "amqp://someone:{}@broker.example/v"),
        ("FETCH_PROXY", "http://someone:{}@proxy.example:3128"),
    ],
)
def test_a_password_that_is_not_encoded_is_told_and_kept(name: str, address: str, password: str) -> None:
    fault = one_fault(name, address.format(password))
    assert "percent-encoded" in fault
    assert SECRET not in fault


@pytest.mark.parametrize("password", ["a@hunter2secret", "a:hunter2secret", "100%hunter2secret"])
def test_mongodb_wants_more_to_be_encoded(password: str) -> None:
    fault = one_fault("MONGODB_URI", f"mongodb://someone:{password}@db.example/")
    assert "percent-encoded" in fault
    assert SECRET not in fault


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MONGODB_URI", "mongodb://db.example:99999/", "a port must be a number"),
        ("MONGODB_URI", "mongodb://db.example:port/", "a port must be a number"),
        ("MONGODB_URI", "mongodb://a.example,,b.example/", "host"),
        ("MONGODB_URI", "mongodb:///shop", "host"),
        ("MONGODB_URI", "mongodb://db.example/?tls=true&tlsCAFile=/absent.pem", "tlsCAFile names no file"),
        ("MONGODB_URI", f"mongodb://db.example/?tls=true&tlsCAFile={__file__}", "no certificate"),
        ("MONGODB_URI", "mongodb://db.example/?tls=perhaps", "tls has a value"),
        ("MONGODB_URI", "mongodb://db.example/?tls=true&tlsInsecure=true&tlsAllowInvalidHostnames=true", "contradict"),
        ("MONGODB_URI", "mongodb://db.example/?replicaSett=rs", "did you mean replicaset?"),
        ("MONGODB_URI", "mongodb://a.example,b.example/?directConnection=true", "contradict"),
        ("MONGODB_URI", "mongodb://db.example/shop.reel", "database"),
        ("REDIS_URL", "redis://broker.example:6379/first", "must be a number"),
        ("REDIS_URL", "redis://broker.example:0/0", "a port must be a number"),
        ("REDIS_URL", "redis://broker.example/0?sokcet_keepalive=1", "did you mean socket_keepalive?"),
        ("REDIS_URL", "redis://broker.example/0?health_check_interval=often", "has a value"),
        ("REDIS_URL", "redis://broker.example/0?ssl_cert_reqs=none", "rediss://"),
        ("REDIS_URL", "rediss://broker.example/0?ssl_ca_certs=/absent.pem", "ssl_ca_certs names no file"),
        ("REDIS_URL", f"rediss://broker.example/0?ssl_ca_certs={__file__}", "without certificates"),
        ("RABBITMQ_URL", "amqp://someone@broker.example/", "password"),
        ("RABBITMQ_URL", "amqp://broker.example/v?hartbeat=3", "did you mean heartbeat?"),
        ("RABBITMQ_URL", "amqp://broker.example/v?heartbeat=often", "heartbeat has a value"),
        ("RABBITMQ_URL", "amqps://broker.example/v?ssl_options={'ca_certs':'/absent'}", "names no readable file"),
        ("MEDIA_URL", "s3://", "bucket"),
        ("MEDIA_URL", "s3:///prefix", "bucket"),
        ("MEDIA_URL", f"s3://key:{SECRET}@bucket/prefix", "AWS_SECRET_ACCESS_KEY"),
        ("MEDIA_URL", f"file://{__file__}", "folder"),
        ("SHOPREEL_DATA_DIR", __file__, "folder"),
        ("OPENAI_URL", "localhost:8080", "must begin with"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example:no", "port"),
        ("FETCH_PROXY", "http://", "host"),
    ],
)
def test_what_cannot_work_is_told_before_anything_connects(name: str, value: str, said: str) -> None:
    fault = one_fault(name, value)
    assert said in fault
    assert len(value) < 8 or value not in fault
    assert SECRET not in fault


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AWS_ENDPOINT_URL", "localhost:9000", "AWS_ENDPOINT_URL: must begin with"),
        ("AWS_ACCESS_KEY_ID", "AKIA", "only one of them is set"),
        ("AWS_SECRET_ACCESS_KEY", SECRET, "only one of them is set"),
    ],
)
def test_what_s3_is_told_by_the_environment_is_checked_too(name: str, value: str, said: str) -> None:
    (fault,) = faults(MEDIA_URL="s3://bucket/prefix", **{name: value})
    assert said in fault
    assert SECRET not in fault


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = {
        "REDIS_URL": "redis://h/x",
        "MEDIA_URL": "s3://",
        "WORKER_THREADS": "many",
        "MONGODB_URI": "mongodb://h:0/",
    }
    assert {fault.partition(":")[0] for fault in faults(**wrong)} == set(wrong)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MONGODB_URI", "mongodb://a:p%40ss@a.example:1,b.example,[::1]:27017/shop?replicaSet=rs&authSource=admin"),
        ("MONGODB_URI", "mongodb+srv://a:p@cluster.example/shop?retryWrites=true&w=majority&appName=shop"),
        ("MONGODB_URI", "mongodb://n:k==@n.example:10255/?ssl=true&retrywrites=false&maxIdleTimeMS=9&appName=@n@"),
        ("REDIS_URL", "rediss://:a=b:c@broker.example:6380/0?ssl_cert_reqs=none"),
        ("REDIS_URL", "unix:///run/valkey.sock?db=1"),
        ("REDIS_URL", "redis://"),
        ("RABBITMQ_URL", "amqp://guest:guest@broker.example:5672/%2F?heartbeat=30"),
        ("MEDIA_URL", "s3://a-bucket.of.ours/some/prefix"),
        ("FETCH_PROXY", "socks5://someone:p@proxy.example:1080"),
        ("FETCH_PROXY", "http://someone:p@ss@proxy.example:3128"),
        ("OPENAI_URL", "http://127.0.0.1:8080/v1?api-key=key-of-the-gateway&plain"),
    ],
)
def test_what_works_elsewhere_is_taken(name: str, value: str) -> None:
    assert faults(**{name: value}) == []


PIECES = st.lists(
    st.sampled_from(
        ["mongodb://", "redis://", "amqp://", "s3://", "file:///", "http://", "unix://", "@", ":", "/", "?"]
    )
    | st.sampled_from(
        ["&", "=", "#", "%", "[", "]", ",", "..", "tls=true", "w=", "db=1", "ssl_options={", "host", "\n"]
    )
    | st.text(max_size=6),
    max_size=8,
).map("".join)


@settings(max_examples=60)
@given(name=st.sampled_from(NAMES) | st.sampled_from(URLS), value=PIECES | st.text(max_size=60))
@example("MONGODB_URI", "mongodb://[::1")
@example("REDIS_URL", "redis://[hunter2secret]x/0")
@example("RABBITMQ_URL", "amqp://[a/")
@example("MEDIA_URL", "file:///%00")
@example("SHOPREEL_DATA_DIR", "x" * 5000)
@example("OPENAI_API_KEY", "\udc80hunter2secret")
def test_any_text_gives_settings_or_a_line_that_names_the_variable(name: str, value: str) -> None:
    value = "".join(letter for letter in value if letter != "\0" and not "\ud800" <= letter <= "\udc7f")
    for fault in faults(**{name: value}):
        assert fault.startswith(f"{name}: ") or name in fault
        assert "\n" not in fault
        assert len(value) < 8 or value not in fault


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the process works, for a ``.env`` of the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("REDIS_URL=redis://:hunter2secret@h/0\n".encode("utf-16"), "UTF-8"),
        ("REDIS_URL=redis://:hunter2secret@h/0\n".encode("utf-16-le"), "UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "UTF-8"),
        ("OPENAI_API_KEY=hunter2secretß".encode("latin-1"), "UTF-8"),
        (b"LOG_LEVEL=info\n\n=hunter2secret\n", "line"),
        (b"OPENAI_API_KEY='hunter2secret\n", "line 1"),
    ],
)
def test_an_env_file_that_is_none_is_told_in_a_line(here: Path, data: bytes, said: str) -> None:
    (here / ".env").write_bytes(data)
    (fault,) = faults()
    assert fault.startswith(".env: ")
    assert said in fault
    assert SECRET not in fault


def test_an_env_file_that_cannot_be_read_is_told_in_a_line(here: Path) -> None:
    (here / ".env").mkdir()
    assert faults() == [".env: cannot be read: Is a directory"]
    (here / "loop").symlink_to(here / "loop")
    with pytest.raises(InvalidInput, match="loop: cannot be read"):
        check_env_file(here / "loop")


def test_a_byte_order_mark_hides_no_setting(here: Path) -> None:
    (here / ".env").write_bytes("WORKER_THREADS=7\nexport RENDER_THREADS=2\n".encode("utf-8-sig"))
    settings, wrong = read_settings()
    assert settings is not None, wrong
    assert (settings.worker_threads, settings.render_threads) == (7, 2)


def test_a_mistyped_name_is_told_with_the_one_that_is_meant(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MONGO_URI", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "LOG_LEVELS"):
        monkeypatch.setenv(name, "x")
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setenv("LOG_LEVEL", "info")
    (here / ".env").write_text("REDIS_URI=redis://:hunter2secret@h/0\nPOSTGRES_PASSWORD=x\n")
    found = mistyped_settings()
    assert {name: found.get(name) for name in ("MONGO_URI", "REDIS_URI")} == {
        "MONGO_URI": "MONGODB_URI",
        "REDIS_URI": "REDIS_URL",
    }
    assert not {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "POSTGRES_PASSWORD", "LOG_LEVELS"} & set(found)


@pytest.mark.parametrize("in_file", [False, True])
def test_a_former_name_goes_on_to_work_and_is_told(in_file: bool, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OCR_ENABLED", raising=False)
    if in_file:
        (here / ".env").write_text("PICTURE_TEXT=false\n")
    else:
        monkeypatch.setenv("PICTURE_TEXT", "false")
    settings, wrong = read_settings()
    assert settings is not None, wrong
    assert settings.ocr_enabled is False
    assert settings.told == ("PICTURE_TEXT is called OCR_ENABLED now; the former name goes on to work for a while",)
    assert not mistyped_settings()
    monkeypatch.setenv("OCR_ENABLED", "true")
    settings, wrong = read_settings()
    assert settings is not None, wrong
    assert settings.ocr_enabled is True


def test_a_wrong_value_of_a_former_name_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_DOLLARS_PER_USER_AND_DAY", "much")
    settings, wrong = read_settings()
    assert settings is None
    assert len(wrong) == 1
    assert wrong[0].startswith("MODEL_D")


def test_the_example_of_settings_names_them_all() -> None:
    example = (Path(__file__).parents[1] / ".env.example").read_text("utf-8")
    named = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}
