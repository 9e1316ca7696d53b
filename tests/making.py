"""What tests have made: shorts as small as they may be, and a shop's logo."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from app.models import Wishes
from app.shorts import repository as shorts
from app.shorts.repository import Short, ShortStatus

SMALL = Wishes(width=180, height=320, seconds=10)


def ended(short_id: str) -> Short | None:
    short = shorts.get_short(short_id)
    return short if short.status not in (ShortStatus.MAKING,) else None


def logo() -> bytes:
    """Return a shop's logo: a PNG with a transparent ground."""
    made = Image.new("RGBA", (240, 80))
    ImageDraw.Draw(made).rounded_rectangle((10, 10, 230, 70), 20, fill="#b5482a")
    out = BytesIO()
    made.save(out, "PNG")
    return out.getvalue()
