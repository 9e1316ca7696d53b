"""Runs the steps of ``ops/Dockerfile`` where no engine builds images: ``make check-image``, as root, with debootstrap.

Each ``FROM`` is a fresh Debian root, each step is done in it with chroot, under the environment, folder and user that
the file has set by then. At last the image's own command is started as its user and asked whether it is alive.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "ops" / "Dockerfile"
MACHINE_FILES = ("/etc/resolv.conf", "/etc/pip.conf", "/etc/hosts")
CERTIFICATES = Path("/etc/machine-certificates.crt")
"""How this machine reaches its package indexes; and whom it trusts for that, where ``PIP_CERT`` says so."""
START_SECONDS = 60


@dataclass
class Stage:
    """One ``FROM`` and what has been said since."""

    root: Path
    environment: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin"}
    )
    folder: str = "/"
    user: str | None = None
    commands: dict[str, list[str]] = field(default_factory=dict)

    def run(self, command: list[str], **more: str) -> subprocess.Popen[bytes]:
        """Start a command in the stage."""
        passed = {name: value for name, value in os.environ.items() if name.lower().endswith(("_proxy", "index_url"))}
        if (self.root / CERTIFICATES.relative_to("/")).exists():
            passed["PIP_CERT"] = str(CERTIFICATES)
        jail = ["chroot", *([f"--userspec={self.user}"] if self.user else []), str(self.root)]
        within = ["/bin/sh", "-c", f'cd {self.folder} && exec "$@"', "sh"]
        return subprocess.Popen([*jail, *within, *command], env=passed | self.environment | more)


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile, lines that go on joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines()) if word]


def build(base: Path, work: Path) -> Stage:
    """Do all steps; return the last stage."""
    stages: dict[str, Stage] = {}
    stage = Stage(base)
    for number, (word, rest) in enumerate(instructions(DOCKERFILE.read_text("utf-8"))):
        print(f"{word} {rest[:100]}", flush=True)
        match word:
            case "FROM":
                name = rest.rpartition(" AS ")[2] if " AS " in rest else f"last-{number}"
                stages[name] = stage = Stage(work / name)
                subprocess.run(["cp", "--archive", str(base), str(stage.root)], check=True)
            case "RUN":
                assert stage.run(["/bin/sh", "-c", rest]).wait() == 0, f"failed: {rest}"
            case "ENV":
                for name, _, value in (pair.partition("=") for pair in shlex.split(rest)):
                    stage.environment[name] = value.replace("$PATH", stage.environment["PATH"])
            case "WORKDIR":
                stage.folder = rest
                (stage.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
            case "USER":
                stage.user = f"{rest}:{rest}"
            case "COPY":
                copy(stage, stages, rest.split())
            case "ENTRYPOINT" | "CMD" | "HEALTHCHECK":
                stage.commands[word] = json.loads(rest[rest.index("[") :])
            case "LABEL" | "EXPOSE" | "VOLUME":
                pass
            case _:
                raise SystemExit(f"{word}: not known here")
    return stage


def copy(stage: Stage, stages: dict[str, Stage], words: list[str]) -> None:
    """Do a ``COPY``."""
    source = ROOT
    if words[0].startswith("--from="):
        source = stages[words.pop(0).removeprefix("--from=")].root
    target = stage.root / (Path(stage.folder) / words[-1]).as_posix().lstrip("/")
    for name in words[:-1]:
        whole = source / name.lstrip("/")
        if whole.is_dir():
            shutil.copytree(whole, target, symlinks=True, dirs_exist_ok=True)
        else:
            shutil.copy2(whole, target)


def check(image: Stage) -> None:
    """Start the image's command, database and broker away, and ask it as its health check does."""
    away = {"MONGODB_URI": "mongodb://127.0.0.1:9/", "REDIS_URL": "redis://127.0.0.1:9/0"}
    assert image.run(["shopreel", "--version"]).wait() == 0
    assert image.run(["sh", "-c", "! touch /opt/shopreel/x 2>/dev/null && touch /data/x"]).wait() == 0
    serving = image.run([*image.commands["ENTRYPOINT"], *image.commands["CMD"]], **away)
    try:
        deadline = time.monotonic() + START_SECONDS
        while image.run(image.commands["HEALTHCHECK"]).wait():
            assert time.monotonic() < deadline and serving.poll() is None, "it does not become healthy"
            time.sleep(1)
    finally:
        serving.terminate()
        assert serving.wait(20) in (0, -15), "it does not end when asked"
    files = sum(path.lstat().st_size for path in (image.root / "opt" / "shopreel").rglob("*") if path.is_file())
    print(f"The image works; /opt/shopreel has {files / 1e6:.0f} MB.")


def main() -> None:
    """Make the base, build, check."""
    with tempfile.TemporaryDirectory(prefix="shopreel-image-") as name:
        work = Path(name)
        base = Path(sys.argv[1]) if len(sys.argv) > 1 else work / "base"
        if not base.exists():
            subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(base)], check=True)
        for file in map(Path, MACHINE_FILES):
            if file.exists():
                shutil.copy(file, base / file.relative_to("/"))
        if "PIP_CERT" in os.environ:
            shutil.copy(os.environ["PIP_CERT"], base / CERTIFICATES.relative_to("/"))
        check(build(base, work))


if __name__ == "__main__":
    main()
