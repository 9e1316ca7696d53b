"""What of a product each of its pictures shows, seen beside the others and in the page's order."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from urllib.parse import unquote, urlsplit

import cv2
import numpy as np
import numpy.typing as npt

from app.analysis.colours import OTHER_COLOUR, delta
from app.models import ImageAnalysis
from app.picture_models import PictureView

GRID = 64
"""Side of the square that a subject's outline is drawn in, its box filling it, to compare it with another's."""
SAME_SHAPE, SAME_SHAPE_BY_NAME = 0.86, 0.7
"""Overlap (IoU) of two outlines from which they are one thing from one side; less where the names differ by a word."""
SAME_BOX = 1.2
"""Factor by which their shapes may differ."""
NEAR = 20.0
"""Delta E within which a colour is one of a thing's: light falls on it from many sides."""
TOKEN = re.compile(r"[^\W_]+")
VIEWS: tuple[PictureView, ...] = ("back", "detail", "use")


@cache
def _words() -> dict[str, PictureView]:
    table = json.loads(files("app.analysis").joinpath("view_words.json").read_text(encoding="utf-8"))
    return {word: view for view in VIEWS for word in table[view]}


def with_views(images: list[ImageAnalysis], order: list[str]) -> list[ImageAnalysis]:
    """Return copies of the pictures with ``view``, ``colour_of`` and, of scenes that are details, ``kind`` set.

    ``order``: the page's URLs in its order. Evidence is, in turn: the file's name, the outline beside that of the
    page's first whole picture, the colours of a scene beside the product's, a face that is not seen.
    """
    place = {url: number for number, url in reversed(list(enumerate(order)))}
    readable = sorted((i for i in images if i.error is None), key=lambda i: place.get(i.url, len(order)))
    name = set.intersection(*(set(_tokens(i.url)) for i in readable)) if readable else set()
    shapes = {image.url: _shape(image) for image in readable}
    firsts: list[ImageAnalysis] = []
    found: dict[str, ImageAnalysis] = {}
    for image in readable:
        told = _told(image.url, name)
        same = next((first for first in firsts if told != "back" and _same_shape(image, first, shapes)), None)
        change: dict[str, object] = {}
        if same is not None and _differ(image, same):
            change = {"view": "colour", "colour_of": same.url}
        elif told is not None:
            change = {"view": told}
        elif image.kind in ("packshot", "transparent"):
            # Who is seen from the front on one picture and without a face on another has turned round.
            turned = image.people and not image.faces and any(first.faces for first in firsts)
            change = {"view": "detail" if _is_part(image) else "back" if turned else "whole"}
        elif image.kind in ("upright_scene", "wide_scene"):
            change = {"view": "detail" if _fills(image, readable) else "use"}
        if change.get("view") == "detail" and image.kind in ("upright_scene", "wide_scene"):
            change["kind"] = "detail"
        found[image.url] = image.model_copy(update=change)
        if change.get("view") == "whole":
            firsts.append(image)
    return [found.get(image.url, image) for image in images]


def _tokens(url: str) -> list[str]:
    name = unquote(urlsplit(url).path.rpartition("/")[2]).rpartition(".")[0]
    return TOKEN.findall(name.lower())


def _told(url: str, name: set[str]) -> PictureView | None:
    """Return what a file's name says; the words that all names share (``name``) are the product's."""
    return next((_words()[token] for token in reversed(_tokens(url)) if token in _words().keys() - name), None)


def _shape(image: ImageAnalysis) -> npt.NDArray[np.bool_] | None:
    """Return the outline, filled, in a square that its box fills; None where it is not known."""
    if not image.outline or image.subject_box is None:
        return None
    left, top, right, bottom = image.subject_box
    corner, size = np.array([left, top]), np.array([max(right - left, 1e-3), max(bottom - top, 1e-3)])
    drawn: npt.NDArray[np.uint8] = np.zeros((GRID, GRID), np.uint8)
    polygons = [np.round((np.array(one) - corner) / size * (GRID - 1)).astype(np.int32) for one in image.outline]
    cv2.fillPoly(drawn, polygons, 1)
    return np.asarray(drawn > 0, dtype=bool)


def _same_shape(one: ImageAnalysis, other: ImageAnalysis, shapes: dict[str, npt.NDArray[np.bool_] | None]) -> bool:
    mine, theirs = shapes[one.url], shapes[other.url]
    if mine is None or theirs is None:
        return False
    aspect = _aspect(one) / _aspect(other)
    if not 1 / SAME_BOX <= aspect <= SAME_BOX:
        return False
    overlap = float((mine & theirs).sum() / max(1, (mine | theirs).sum()))
    return overlap >= (SAME_SHAPE_BY_NAME if _one_word_apart(one.url, other.url) else SAME_SHAPE)


def _aspect(image: ImageAnalysis) -> float:
    left, top, right, bottom = image.subject_box or (0.0, 0.0, 1.0, 1.0)
    return (right - left) * image.width / max(1e-3, (bottom - top) * image.height)


def _one_word_apart(one: str, other: str) -> bool:
    """Tell whether two files' names differ by one word: ``shirt-red-1`` and ``shirt-blue-1``, but no two numbers."""
    mine, theirs = _tokens(one), _tokens(other)
    if len(mine) != len(theirs):
        return False
    apart = [(a, b) for a, b in zip(mine, theirs, strict=True) if a != b]
    return len(apart) == 1 and not any(word.isdigit() for word in apart[0])


def _differ(one: ImageAnalysis, other: ImageAnalysis) -> bool:
    if one.subject_colour is None or other.subject_colour is None:
        return False
    return delta(one.subject_colour, other.subject_colour) >= OTHER_COLOUR


def _is_part(image: ImageAnalysis) -> bool:
    """A subject that the frame cuts off at opposite sides is a part of one."""
    sides = set(image.edges)
    return {"top", "bottom"} <= sides or {"left", "right"} <= sides


def _fills(image: ImageAnalysis, others: list[ImageAnalysis]) -> bool:
    """Tell whether a picture is made of the colours of a subject that another shows on a plain ground.

    Its commonest is that subject's, and the next one of its parts or of what is worn with it.
    """
    plain = [other for other in others if other.subject_colour and other.url != image.url]
    own = [other.subject_colour for other in plain if other.subject_colour]
    beside = [colour for other in plain for colour in other.palette if delta(colour, other.ground or "#ffffff") > NEAR]
    first, second = image.palette[:1], image.palette[1:2]
    return bool(own and first) and _near(first, own) and _near(second, own + beside)


def _near(colours: list[str], known: list[str]) -> bool:
    return all(any(delta(colour, one) < NEAR for one in known) for colour in colours)
