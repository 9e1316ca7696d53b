"""Measures product pictures and ranks them for use in a vertical video."""

from __future__ import annotations

from PIL import ExifTags, Image, UnidentifiedImageError

from app.analysis.background import box_of, fit_background, part
from app.analysis.colours import OTHER_COLOUR, delta, names_of
from app.analysis.cutting import edge_confidence, is_transparent, seen_through, verdict
from app.analysis.fitness import Measures, exposure_of, judge, looks_drawn, text_share
from app.analysis.framing import crops
from app.analysis.kinds import kind_of
from app.analysis.pixels import (
    decoded,
    difference_hash,
    hex_of,
    opened,
    palette,
    salient_box,
    sharpness,
    shrink,
    to_lab,
    to_rgb,
)
from app.analysis.subject import close_ups, colour_of, cut_off_at, outline_of, people_in
from app.core.picture_formats import unknown
from app.models import MAX_PICTURE_PIXELS, ImageAnalysis
from app.picture_models import Cut

LOOK_SIDE = 512
"""Long side at which subjects are told from grounds; a cut-out looks closer."""
DECODE_SIZE = 1024
"""Long side that JPEGs are decoded near: all measures are taken at 512 px or less."""
TURNED_ORIENTATIONS = (5, 6, 7, 8)
DUPLICATE_BITS = 6
"""Two pictures whose hashes differ in at most so many of 64 bits show the same ..."""
DUPLICATE_STRETCH, DUPLICATE_SHIFT = 1.1, 0.1
"""... if their shapes differ by at most this factor, and their subjects' edges by this share of the picture."""


def _decode(data: bytes) -> tuple[int, int, Image.Image]:
    """Return width, height (as shown, at full size) and the upright picture, perhaps shrunk.

    Raises:
        ValueError: it is too large; the text says how large it is.
        Exception: whatever Pillow raises for bytes that it cannot read.
    """
    with opened(data) as picture:
        width, height = picture.size
        if picture.getexif().get(ExifTags.Base.Orientation) in TURNED_ORIENTATIONS:
            width, height = height, width
        picture.draft(None, (DECODE_SIZE, DECODE_SIZE))
        return width, height, decoded(picture)


def analyze_image(data: bytes, url: str) -> ImageAnalysis:
    """Return the measures of one picture; never raises for a bad one, whose ``error`` then says what is wrong.

    A picture of over 60 megapixels is refused by its header, before it is decoded. EXIF rotation is applied,
    transparency lies on white, only the first frame of an animation counts.
    """
    try:
        width, height, picture = _decode(data)
        rgb = to_rgb(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return ImageAnalysis(url=url, error=f"The picture has over {MAX_PICTURE_PIXELS // 1_000_000} megapixels.")
    except UnidentifiedImageError:
        return ImageAnalysis(url=url, error=unknown(data))
    except MemoryError:
        return ImageAnalysis(url=url, error="The picture needs more memory than is allowed.")
    except Exception as error:
        # Broken files make Pillow's decoders raise errors of many kinds; each means that the picture cannot be used.
        return ImageAnalysis(url=url, error=f"The picture cannot be read: {error}.".replace("..", "."))
    small = shrink(rgb, LOOK_SIDE)
    lab = to_lab(small, LOOK_SIDE)
    clear = is_transparent(picture)
    ground = fit_background(lab)
    parted = part(lab, ground) if ground.plain and not clear else None
    cut: Cut = "safe" if clear else verdict(parted, edge_confidence(parted, ground)) if parted else "no"
    parted = None if cut == "no" else parted
    subject = seen_through(picture, small.shape[:2]) if clear else parted.subject if parted else None
    subject = subject if subject is not None and subject.any() else None
    box = box_of(subject) if subject is not None else None if parted else salient_box(small)
    plain = clear or parted is not None
    sharp = sharpness(small)
    edges = cut_off_at(subject) if subject is not None else []
    seen = Measures(
        width=width,
        height=height,
        sharp=sharp,
        spread=float(lab[..., 0].std()),
        box=box,
        plain=plain,
        exposure=exposure_of(lab, subject),
        text=text_share(rgb),
        drawing=looks_drawn(small),
    )
    score, fit, reasons, unfit = judge(seen)
    colours = palette(small)
    people = people_in(small, subject)
    return ImageAnalysis(
        url=url,
        width=width,
        height=height,
        sharpness=round(sharp, 1),
        exposure=seen.exposure,
        palette=colours,
        colours=names_of(colours),
        plain_background=plain,
        kind=kind_of(seen, clear, cut),
        subject_colour=colour_of(small, lab, subject) if subject is not None else None,
        ground=hex_of(ground.colours(3, 3)[1, 1]) if parted else None,
        cut=cut,
        subject_box=box,
        outline=outline_of(subject) if subject is not None else [],
        edges=edges,
        people=people.seen,
        faces=people.faces,
        details=close_ups(small, box, subject),
        crops=crops(width, height, box),
        text_share=seen.text,
        fingerprint=difference_hash(small),
        score=score,
        fit=fit,
        unfit=unfit,
        reasons=reasons,
    )


def _shows_the_same(one: ImageAnalysis, other: ImageAnalysis) -> bool:
    """Tell whether two pictures repeat each other, perhaps at another size.

    A hash of a plain packshot has few bits set, so shape and subject must agree too. It knows no colours.
    """
    if not one.fingerprint or not other.fingerprint:
        return False
    if one.subject_colour and other.subject_colour and delta(one.subject_colour, other.subject_colour) > OTHER_COLOUR:
        return False
    bits = (int(one.fingerprint, 16) ^ int(other.fingerprint, 16)).bit_count()
    aspects = one.width * other.height / (one.height * other.width)
    boxes = zip(one.subject_box or (0, 0, 1, 1), other.subject_box or (0, 0, 1, 1), strict=True)
    near = all(abs(a - b) <= DUPLICATE_SHIFT for a, b in boxes)
    return bits <= DUPLICATE_BITS and 1 / DUPLICATE_STRETCH <= aspects <= DUPLICATE_STRETCH and near


def rank_images(images: list[ImageAnalysis]) -> list[ImageAnalysis]:
    """Return copies of ``images``, best first: usable ones by score, then duplicates, then those with an error.

    Of pictures that show the same, all but the best name it in ``duplicate_of``. Equal scores keep their order.
    """
    unique: list[ImageAnalysis] = []
    repeated: list[ImageAnalysis] = []
    for image in sorted((image for image in images if image.error is None), key=lambda image: -image.score):
        same = next((better for better in unique if _shows_the_same(image, better)), None)
        marked = image.model_copy(update={"duplicate_of": same.url if same else None})
        (repeated if same else unique).append(marked)
    return [*unique, *repeated, *(image.model_copy() for image in images if image.error is not None)]
