"""What kind of picture one is, by what was measured of it."""

from __future__ import annotations

from app.analysis.fitness import TEXT_CHART, Measures
from app.picture_models import Cut, PictureKind, scene_kind


def kind_of(seen: Measures, transparent: bool, cut: Cut) -> PictureKind:
    """Return the kind of a picture that is looked at alone; beside others a scene may turn out to be a detail."""
    if seen.text >= TEXT_CHART or (seen.drawing and not transparent):
        return "graphic"
    if transparent:
        return "transparent"
    if seen.plain and cut != "no":
        return "packshot"
    return scene_kind(seen.width, seen.height)
