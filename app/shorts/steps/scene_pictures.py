"""The pictures that a scene shows, in the renderer's folder, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.blobs import store as media
from app.models import ImageAnalysis, Scene


@dataclass(frozen=True)
class ScenePictures:
    """Where the pictures lie in the media store, by the name of the file that the renderer takes them from."""

    keys: dict[str, str]
    image: ImageAnalysis | None
    other: ImageAnalysis | None

    @property
    def known(self) -> dict[str, Any]:
        """The fields of a ``ClipJob`` that tell of the pictures."""
        fields: dict[str, Any] = {}
        if self.image is not None:
            fields |= {"subject": self.image.subject_box, "plain_ground": self.image.plain_background}
            fields |= {"details": self.image.details, "faces": self.image.faces}
        if self.other is not None:
            fields |= {"other_subject": self.other.subject_box, "other_plain_ground": self.other.plain_background}
        return fields

    def saved(self, folder: Path) -> dict[str, str]:
        """Save the pictures into ``folder`` and return the fields of a ``ClipJob`` that name them."""
        return save_pictures(self.keys, folder)


def save_pictures(keys: dict[str, str], folder: Path) -> dict[str, str]:
    """Save the media under ``keys`` into ``folder``, each under its name; return the names of the files."""
    for name, key in keys.items():
        media.save_as(key, folder / name)
    return {name: str(folder / name) for name in keys}


def scene_pictures(
    scene: Scene, images: list[ImageAnalysis], key_of: Callable[[str], str], image: ImageAnalysis | None = None
) -> ScenePictures:
    """Return the scene's pictures, or ``image`` in the place of its first.

    ``key_of`` fetches a picture by its URL into the media store; it is asked for those that are not there.
    """
    known = {other.url: other for other in images if other.error is None}
    first = image or known.get(scene.image)
    keys = {"image": first.media_key if first and first.media_key else key_of(scene.image)}
    if first is not None and first.cutout_key:
        keys["cutout"] = first.cutout_key
    second = next((point.image for point in scene.points if point.image and point.image != scene.image), None)
    other = known.get(second or "")
    # Only pictures that were found sound are shown beside the scene's own: without it the scene is drawn plain.
    if other is not None and other.media_key:
        keys["other"] = other.media_key
    return ScenePictures(keys, first, other if "other" in keys else None)
