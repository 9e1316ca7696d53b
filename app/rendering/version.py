"""What a picture depends on besides its job: the renderer's own code and the libraries it draws with."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

_LIBRARIES = ("av", "numpy", "opencv-python-headless", "pillow")
_FONTS = ("fontpkg", "manimgx-fonts")


@cache
def renderer_version() -> str:
    """Return a digest that changes whenever the same job might come out differently."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("**/*")):
        if path.suffix in (".py", ".json"):
            digest.update(path.read_bytes())
    found = {one.name.lower(): one.version for one in distributions()}
    used = {name: version for name, version in found.items() if name in _LIBRARIES or name.startswith(_FONTS)}
    digest.update(repr(sorted(used.items())).encode())
    return digest.hexdigest()[:16]
