"""The settings, read once from the environment and ``.env``; a wrong value stops the start with one line naming it."""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from dotenv.parser import parse_stream
from pydantic import (
    AfterValidator,
    AliasChoices,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.core import server_urls
from app.errors import InvalidInput

Milliseconds = Annotated[int, Field(gt=0, le=3_600_000)]
RetentionDays = Annotated[int, Field(ge=0, le=3650)]
Limit = Annotated[int, Field(ge=0, le=1_000_000)] | None
ModelName = Annotated[str, Field(pattern=r"^[a-z]+:\S+$")]
HttpUrl = Annotated[str, AfterValidator(server_urls.web)]
ENV_FILE = ".env"


RENAMED: dict[str, str] = {}
"""Former name of a setting -> its name; whoever uses the former one is told."""


def _renamed(name: str, old: str) -> Any:
    """Return what lets a setting be given under its former name, too."""
    RENAMED[old.upper()] = name.upper()
    return Field(validation_alias=AliasChoices(name, old))


class Settings(BaseSettings):
    """Every setting of ShopReel; the environment variable is the field's name in capitals."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding="utf-8-sig", extra="ignore", env_ignore_empty=True
    )

    mongodb_uri: str | None = None
    """``mongodb://…``; unset: the embedded database."""
    mongodb_database: Annotated[str, Field(pattern=server_urls.DATABASE_NAME)] = "shopreel"
    """Unset: the one that ``mongodb_uri`` names, if it is not a server's own (``admin``), else ``shopreel``."""
    mongodb_pool_size: Annotated[int, Field(ge=0, le=1000)] = 1
    """Connections that each process keeps open even when idle (PyMongo's ``minPoolSize``)."""
    mongodb_max_pool_size: Annotated[int, Field(ge=1, le=10_000)] = 50
    """Connections of each process at most."""
    mongodb_server_selection_timeout: Milliseconds = 3_000
    """Milliseconds, as the next two: until a server must be found."""
    mongodb_connect_timeout: Milliseconds = 5_000
    """Until a connection must stand."""
    mongodb_socket_timeout: Milliseconds = 30_000
    """Until an answer must have come."""

    redis_url: str | None = None
    """``redis://…``; unset: the embedded broker."""
    rabbitmq_url: SecretStr | None = None
    """``amqp://…``: messages go through RabbitMQ; limits go on to need ``redis_url``."""
    media_url: str | None = None
    """``s3://bucket/prefix`` or ``file:///folder``; unset: a folder under ``shopreel_data_dir``."""
    media_signed_seconds: Annotated[int, Field(ge=0, le=604_800)] = 0
    """Videos and pictures are answered by a redirect to the store, signed for so long; 0: through the API."""
    shopreel_data_dir: Path = Path("shopreel-data")
    """Where all that is embedded lives."""

    log_format: Literal["json", "console"] | None = None
    """How log lines look; unset: ``console`` where standard error is a terminal, else ``json``."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """``debug`` adds a line for each request."""
    metrics_port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    """Where a worker serves ``/metrics``, ``/health/live`` and ``/health/ready``; unset: nowhere."""
    metrics_host: str = "127.0.0.1"
    """The address that it listens on."""
    readiness_seconds: Annotated[float, Field(ge=0.1, le=3600)] = 20
    """How often a process tries whether the database, the broker, the media store and the disk can be used."""
    otel_exporter_otlp_endpoint: HttpUrl | None = None
    """An OpenTelemetry collector (``http://127.0.0.1:4318``) that gets the traces; unset: there are none."""

    cleanup_interval_hours: Annotated[float, Field(gt=0, le=8760)] = 24
    cleanup_days_threshold: Annotated[int, Field(ge=1, le=3650)] = 30
    """Ended tasks older than this are removed."""
    session_retention_days: Annotated[int, Field(ge=1, le=3650)] = 7
    """Completed and failed sessions older than this are removed."""
    activity_retention_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Events older than this, of which users' activity is made, are removed."""

    short_retention_days: RetentionDays = 0
    """Shorts that ended, and were last changed, so many days ago are removed with all that is theirs. 0: none are."""
    video_retention_days: RetentionDays = 0
    """The same for their videos and clips alone."""
    page_retention_days: RetentionDays = 0
    """The same for the saved pages that they were made of."""
    product_retention_days: RetentionDays = 0
    """Products older than this that no short and no live task names are removed, with their pictures. 0: none are."""

    task_lease_seconds: Annotated[float, Field(ge=0.5, le=3600)] = 15
    """A worker that is silent for longer has lost its task."""
    task_resend_seconds: Annotated[float, Field(ge=0.5, le=3600)] = 30
    """A queued task that no worker has taken for so long gets another message."""
    task_max_retries: Annotated[int, Field(ge=0, le=20)] = 3
    sweep_interval_seconds: Annotated[float, Field(ge=0.1, le=3600)] = 2
    worker_queues: str = ""
    """What a worker takes: ``light``, ``render``, or task types, commas between; unset: all."""
    worker_threads: Annotated[int, Field(ge=1, le=256)] = 4
    """Tasks that one worker runs at once, rendering apart."""
    render_threads: Annotated[int, Field(ge=1, le=64)] = 2
    """Renderings that one worker runs at once; each keeps somewhat more than a core busy."""
    render_timeout_seconds: Annotated[float, Field(ge=1, le=86_400)] = 900

    allowed_hosts: str = ""
    """Names that the server is reached by (``name`` or ``*.name``, commas between) beside addresses, ``localhost`` and
    what ``--host`` says. Others get 403: another site's page may have made its name lead here. ``*``: any."""
    root_path: str = ""
    """The path that a reverse proxy shows the site under (``/reel``); unset: it has a name of its own."""
    forwarded_allow_ips: str = "127.0.0.1"
    """Proxies (addresses or networks, commas between; ``*``: whoever connects) that are believed when they say from
    where and by which scheme a request came (``X-Forwarded-For``, ``X-Forwarded-Proto``)."""
    cors_origins: str = ""
    """Other sites (``https://name`` or ``https://name:port``, commas between) whose pages may call the API from a
    browser, with a key. Any other site's page is refused."""
    api_keys_required: bool = False
    """Every call needs a key (``shopreel keys create``), and a user's key sees that user's things only."""
    limit_tasks_per_minute: Limit = None
    """Tasks and shorts that one user may start in any 60 seconds. 0: no limit; unset: 300 where keys are required."""
    limit_live_sessions_per_user: Limit = None
    """Active sessions with which a user may start one more task. 0: no limit; unset: 500 where keys are required."""
    limit_live_sessions_per_short: Limit = None
    """The same for one short. 0: no limit; unset: 100 where keys are required."""
    limit_streams_per_user: Limit = None
    """Streams of events and open pages of one user in one process. 0: no limit; unset: 100 where keys are required."""
    limit_streams: Annotated[int, Field(ge=0, le=1_000_000)] = 1000
    """The same of all users together. 0: no limit."""
    language_model: ModelName | None = None
    """``maker:model`` of openai, google, anthropic or ollama; unset: the built-in writer."""
    vision_model: ModelName | None = None
    """As ``language_model``; unset: pictures are measured, not described."""
    ocr_enabled: Annotated[bool, _renamed("ocr_enabled", "picture_text")] = True
    """Whether what is written in pictures is read, where the extra ``ocr`` is installed; half a second a picture."""
    speech_model: ModelName | None = None
    """``elevenlabs:model:voice`` or ``openai:model:voice``; unset: the built-in voice."""
    image_model: ModelName | None = None
    """``openai:model`` or ``google:model``; unset: the product's pictures alone."""
    video_model: ModelName | None = None
    """``google:veo-…`` or ``runway:model``; unset: the built-in renderer."""
    openai_api_key: SecretStr | None = None
    google_api_key: SecretStr | None = None
    anthropic_api_key: SecretStr | None = None
    elevenlabs_api_key: SecretStr | None = None
    runway_api_key: SecretStr | None = None
    openai_url: HttpUrl | None = None
    """Any server that speaks OpenAI's protocol (``http://127.0.0.1:8080/v1``); unset: OpenAI's own."""
    google_url: HttpUrl | None = None
    anthropic_url: HttpUrl | None = None
    ollama_url: HttpUrl | None = None
    elevenlabs_url: HttpUrl | None = None
    runway_url: HttpUrl | None = None
    language_model_price: Annotated[str, Field(pattern=r"^\d+(\.\d+)?,\d+(\.\d+)?$")] | None = None
    """Dollars for a million tokens ``in,out``, for models whose price is not known."""
    provider_timeout_seconds: Annotated[float, Field(gt=0, le=3600)] = 60
    provider_retries: Annotated[int, Field(ge=0, le=10)] = 2
    provider_calls_per_minute: Annotated[float, Field(gt=0, le=100_000)] = 60
    """Of one process to one provider."""
    model_daily_budget_usd: Annotated[
        float, Field(ge=0), _renamed("model_daily_budget_usd", "model_dollars_per_user_and_day")
    ] = 1.0
    """Of each user: whose models have cost more today gets the built-in writer."""
    model_seconds_per_user_and_day: Annotated[float, Field(ge=0)] = 900
    """The same for the time that models have worked for a user."""

    fetch_allowed_hosts: str = ""
    """Hosts (``host`` or ``host:port``, commas between) that may be fetched though they are loopback or private."""
    demo_product_url: str | None = None
    """A product that the dashboard offers to try; ``shopreel demo`` sets it to one of its shop's."""
    fetch_respect_robots: bool = True
    fetch_pause_seconds: Annotated[float, Field(ge=0, le=60)] = 0.5
    """Between two pages of one shop; its robots.txt may ask for more."""
    fetch_cache_megabytes: Annotated[int, Field(ge=0, le=1_000_000)] = 256
    """Of pages and pictures under ``shopreel_data_dir``, used again as their servers allow; 0: none are kept."""
    page_memory_megabytes: Annotated[int, Field(ge=200, le=64_000)] = 480
    """Of the child process that reads a page or a feed; what needs more is too costly, and ends its task alone."""
    page_cpu_seconds: Annotated[int, Field(ge=1, le=3600)] = 20
    """Of computing for one page, or one row of a feed; the same."""
    fetch_browser: bool = True
    """Whether pages that show no price without script are read in Chromium, where it is installed."""
    fetch_proxy: str | None = None
    """``http://…`` or ``socks5://…``: the way of all requests to shops."""

    _told: tuple[str, ...] = PrivateAttr(())

    @field_validator("mongodb_uri")
    @classmethod
    def _mongodb_address(cls, value: str | None) -> str | None:
        if value is not None:
            server_urls.mongodb(value)
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, value: str | None) -> str | None:
        if value is not None:
            server_urls.redis(value)
        return value

    @field_validator("rabbitmq_url")
    @classmethod
    def _rabbitmq_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            server_urls.rabbitmq(value.get_secret_value())
        return value

    @field_validator("media_url")
    @classmethod
    def _media_address(cls, value: str | None) -> str | None:
        if value is not None:
            server_urls.media(value)
        return value

    @field_validator("fetch_proxy")
    @classmethod
    def _proxy_address(cls, value: str | None) -> str | None:
        return value and server_urls.web(value, ("http://", "https://", "socks5://"))

    @field_validator("shopreel_data_dir")
    @classmethod
    def _data_folder(cls, value: Path) -> Path:
        if os.path.isfile(value):  # noqa: PTH113 (which raises for a name that is too long)
            raise ValueError("is a file, and must be a folder")
        return value

    @model_validator(mode="after")
    def _limits_have_a_server(self) -> Settings:
        if self.rabbitmq_url is not None and self.redis_url is None and any(map(self.limit, SHARED_LIMITS)):
            raise ValueError("RABBITMQ_URL: limits (API_KEYS_REQUIRED, LIMIT_…) need REDIS_URL as well")
        return self

    @model_validator(mode="after")
    def _addresses_as_used(self) -> Self:
        told: list[str] = []
        if self.redis_url is not None:
            redis = server_urls.redis(self.redis_url)
            self.redis_url = redis.url
            told += redis.told
        if self.mongodb_uri is not None:
            mongodb = server_urls.mongodb(self.mongodb_uri, self.model_fields_set)
            self.mongodb_uri = mongodb.url
            told += mongodb.told
            named = mongodb.database
            if named in server_urls.SERVERS_OWN_DATABASES:
                named = None  # where the user is known, by MongoDB's own rule
            if named is not None and "mongodb_database" not in self.model_fields_set:
                self.mongodb_database = named
            elif mongodb.database not in (None, self.mongodb_database):
                told.append(
                    f"MONGODB_URI: the database that it names is where its user is looked up; "
                    f"ShopReel keeps its own in {self.mongodb_database} (MONGODB_DATABASE)"
                )
        told += [f"{old} is called {name} now; the former name goes on to work for a while" for old, name in _former()]
        self._told = tuple(told)
        return self

    @property
    def told(self) -> tuple[str, ...]:
        """What does not hold as given, and which settings have other names now, in a line each, without secrets."""
        return self._told

    @property
    def uses_embedded_broker(self) -> bool:
        """Whether messages go through the embedded server."""
        return self.redis_url is None and self.rabbitmq_url is None

    def limit(self, name: str) -> int:
        """Return the limit of the setting ``name``; 0: there is none.

        Where no key is needed there is nobody whom a default could be meant for, so only a limit that is set holds.
        """
        value: int | None = getattr(self, name)
        if value is not None:
            return value
        return DEFAULT_LIMITS[name] if self.api_keys_required else 0

    @field_validator("allowed_hosts")
    @classmethod
    def _names_alone(cls, value: str) -> str:
        for name in _listed(value):
            if re.fullmatch(r"\*|(\*\.)?[\w.-]+", name) is None:
                raise ValueError(f"{name!r} is no host name; write name or *.name, without scheme and port")
        return value

    @field_validator("root_path")
    @classmethod
    def _path_alone(cls, value: str) -> str:
        path = value.rstrip("/")
        if path and re.fullmatch(r"(/[\w~-]+)+", path, re.ASCII) is None:
            raise ValueError(f"{value!r} is no path; write /name or /name/name, without scheme and host")
        if path and path.split("/")[1] in OWN_FOLDERS:
            raise ValueError(f"{path!r} is where something of ShopReel's own lies; take another name")
        return path

    @field_validator("cors_origins")
    @classmethod
    def _origins_alone(cls, value: str) -> str:
        for origin in _listed(value):
            if re.fullmatch(r"https?://[\w.-]+(:\d{1,5})?", origin) is None:
                raise ValueError(f"{origin!r} is no origin; write https://name or https://name:port, without a path")
        return value

    @property
    def origins(self) -> frozenset[str]:
        """``cors_origins`` as a set."""
        return _listed(self.cors_origins)

    @property
    def host_names(self) -> frozenset[str]:
        """``allowed_hosts`` as a set."""
        return _listed(self.allowed_hosts)

    @property
    def fetchable_hosts(self) -> frozenset[str]:
        """``fetch_allowed_hosts`` as a set."""
        return _listed(self.fetch_allowed_hosts)


def _listed(value: str) -> frozenset[str]:
    return frozenset(one.strip().lower() for one in value.split(",") if one.strip())


OWN_FOLDERS = {"activity", "api", "assets", "batches", "brand", "docs", "health", "metrics", "reports", "s"} | {
    "sessions",
    "shorts",
    "system",
    "tasks",
}
"""What paths of the site begin with: none can be its ``root_path``, which would be taken off them."""
DEFAULT_LIMITS = {
    "limit_tasks_per_minute": 300,
    "limit_live_sessions_per_user": 500,
    "limit_live_sessions_per_short": 100,
    "limit_streams_per_user": 100,
}
"""What holds where keys are required and nothing else is said; a short of 20 scenes has at most 23 sessions."""
SHARED_LIMITS = DEFAULT_LIMITS.keys() - {"limit_streams_per_user"}
"""Those that hold over all processes, on Redis or Valkey."""


SIMILAR = 0.85
"""From here on a name of the environment is taken for a mistyped one."""
OTHER_NAMES = {"MONGO_URL": "MONGODB_URI", "DATABASE_URL": "MONGODB_URI", "AMQP_URL": "RABBITMQ_URL"}
"""Names of other tools for what has a name here."""


@cache
def get_settings() -> Settings:
    """Return the process's settings.

    Raises:
        InvalidInput: a value is wrong; the message is one line that names the variable (its value may be secret).
    """
    settings, wrong = read_settings()
    if settings is None:
        raise InvalidInput(f"wrong setting: {'; '.join(wrong)}")
    return settings


def read_settings() -> tuple[Settings | None, list[str]]:
    """Read the settings anew; return them, or None and each fault in a sentence that names the variable."""
    try:
        check_env_file(Path(ENV_FILE))
        return Settings(), []
    except ValidationError as error:
        return None, [_sentence(fault) for fault in error.errors(include_url=False, include_input=False)]
    except InvalidInput as error:
        return None, [str(error)]


def _sentence(fault: Any) -> str:
    name = ".".join(map(str, fault["loc"])).upper()
    said = fault["msg"].removeprefix("Value error, ")
    return f"{name}: {said}" if name else said


def check_env_file(path: Path) -> None:
    """Check that the file of settings, if there is one, can be read as such.

    Raises:
        InvalidInput: it cannot; the message names it and the line, and holds nothing of what is in it.
    """
    if not os.path.lexists(path):
        return
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read: {error.strerror}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise InvalidInput(
            f"{path}: is no text in UTF-8 (Windows' editors may have saved it as UTF-16); save it as UTF-8"
        )
    for binding in parse_stream(StringIO(text)):
        if binding.error:
            raise InvalidInput(f"{path}: line {binding.original.line} is no NAME=value")


def mistyped_settings() -> dict[str, str]:
    """Return names in the environment and ``.env`` that are no settings but look like one -> that one, not set."""
    names, given = {name.upper() for name in Settings.model_fields}, _given()
    found = {}
    for name in sorted(given - names - RENAMED.keys()):
        near = [OTHER_NAMES[name]] if name in OTHER_NAMES else get_close_matches(name, names - given, 1, SIMILAR)
        if near and near[0] not in given and not name.startswith("OTEL_"):  # OpenTelemetry has many, alike
            found[name] = near[0]
    return found


def _given() -> set[str]:
    """Return the names in the environment and ``.env``, in capitals."""
    file = Path(ENV_FILE)
    text = file.read_text("utf-8-sig") if file.is_file() else ""
    return {name.upper() for name in [*os.environ, *(one.key for one in parse_stream(StringIO(text)) if one.key)]}


def _former() -> list[tuple[str, str]]:
    """Return the settings that are given under a former name, each with its name now."""
    given = _given()
    return [(old, name) for old, name in RENAMED.items() if old in given]
