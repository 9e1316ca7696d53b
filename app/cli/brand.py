"""What the command line's options make of a brand kit."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from app.brand_models import LONGEST_LOGO
from app.errors import InvalidInput
from app.rendering import pictures

_LARGEST = 512


def brand_kit(logo: str | None, colours: list[str], font: str | None, end_card: str | None) -> dict[str, Any] | None:
    """Return the brand kit that the options describe; None if none was given.

    Raises:
        InvalidInput: the logo's file is missing or no picture.
    """
    if not (logo or colours or font or end_card):
        return None
    address = logo if logo is None or logo.startswith(("http://", "https://")) else _data_url(Path(logo))
    return {"logo": address, "colours": colours, "font": font, "end_card": end_card}


def write_provenance(video: Path, provenance: dict[str, Any]) -> Path:
    """Write what a video was made from, and with, as JSON beside it; return the file."""
    path = video.with_suffix(".json")
    path.write_text(json.dumps(provenance, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def _data_url(path: Path) -> str:
    """Return a picture's file as a ``data:`` URL, no larger than a film shows it."""
    pictures.load(str(path))  # refuses what is no picture, by name
    with Image.open(path) as image:
        small = image.convert("RGBA")
    small.thumbnail((_LARGEST, _LARGEST))
    file = BytesIO()
    small.save(file, "WEBP", lossless=True)
    address = f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"
    if len(address) > LONGEST_LOGO:
        raise InvalidInput(f"--logo: {path.name} is no simple picture; use a smaller one")
    return address
