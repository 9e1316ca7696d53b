"""What pictures show, alone and beside each other: figures and things that are drawn here."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from app.analysis.images import analyze_image
from app.analysis.views import with_views
from app.models import ImageAnalysis
from tests.analysis.test_cutting import ground, on, textured
from tests.analysis.test_images import chart, encode, logo, packshot, scene

SHOP = "https://shop.example/pictures/"
SKIN, HAIR = (214, 164, 138), (60, 40, 30)


def figure(colour: tuple[int, int, int], *, face: bool = True, width: int = 800, height: int = 1100) -> Image.Image:
    """Who wears a coloured coat, down to the frame's lower edge; turned round there is hair instead of a face."""
    mask = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(mask)
    pen.ellipse((330, 60, 470, 250), fill=255)
    pen.polygon([(370, 220), (430, 220), (600, 330), (640, 760), (560, 1100), (240, 1100), (160, 760), (200, 330)], 255)
    cover = np.asarray(mask, dtype=np.float64) / 255
    worn = textured(cover, colour, grain=5)
    head = np.mgrid[0:height, 0:width][0] < 245
    worn[head] = SKIN if face else HAIR
    picture = on(ground(width, height, 252, 4), cover, worn)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((180, 640, 240, 760), fill=SKIN)
    pen.rectangle((560, 640, 620, 760), fill=SKIN)
    if face:
        for left in (355, 420):
            pen.ellipse((left, 140, left + 28, 156), fill=(50, 34, 30))
    return picture


def seen(**pictures: Image.Image) -> dict[str, ImageAnalysis]:
    """What is found of pictures in the page's order, by their names; ``_`` stands for ``-``."""
    urls = {name: f"{SHOP}{name.replace('_', '-')}.jpg" for name in pictures}
    found = [analyze_image(encode(picture, "JPEG", quality=92), urls[name]) for name, picture in pictures.items()]
    return dict(zip(pictures, with_views(found, list(urls.values())), strict=True))


def test_a_plain_ground_is_told_with_its_colour_and_the_subjects_outline() -> None:
    found = analyze_image(encode(packshot(ground="#dfe8f0")), SHOP)
    assert (found.kind, found.cut, found.edges, found.people) == ("packshot", "safe", [], False)
    assert found.ground is not None and abs(int(found.ground[1:3], 16) - 0xDF) <= 2
    (polygon,) = found.outline
    assert min(x for x, _ in polygon) == pytest.approx(0.3, abs=0.01)
    assert max(y for _, y in polygon) == pytest.approx(0.75, abs=0.01)
    assert found.subject_colour is not None and int(found.subject_colour[5:], 16) > 0xA0


def test_a_scene_is_upright_or_wide_and_nothing_is_cut_from_it() -> None:
    upright, wide = analyze_image(encode(scene(1)), SHOP), analyze_image(encode(scene(1, 1200, 800)), SHOP)
    assert (upright.kind, wide.kind) == ("upright_scene", "wide_scene")
    assert {upright.cut, wide.cut} == {"no"}
    assert upright.outline == [] and upright.ground is None


def test_charts_and_logos_are_graphics() -> None:
    assert analyze_image(encode(chart()), SHOP).kind == "graphic"
    assert analyze_image(encode(logo()), SHOP).kind == "graphic"


def test_a_picture_without_a_ground_is_transparent() -> None:
    picture = packshot().convert("RGBA")
    picture.putalpha(picture.convert("L").point(lambda level: 0 if level == 255 else 255))
    found = analyze_image(encode(picture), SHOP)
    assert (found.kind, found.cut, found.ground) == ("transparent", "safe", None)
    assert found.subject_box == pytest.approx((0.3, 0.25, 0.7, 0.75), abs=0.01)


def test_white_on_white_keeps_its_ground() -> None:
    across = np.mgrid[0:800, 0:800][1]
    mask = Image.new("L", (800, 800), 0)
    ImageDraw.Draw(mask).ellipse((160, 160, 640, 640), fill=255)
    thing = np.repeat((254 - np.clip((across - 380) / 260, 0, 1) * 150)[..., None], 3, axis=2)
    picture = on(np.full((800, 800, 3), 255.0), np.asarray(mask, dtype=np.float64) / 255, thing)
    found = analyze_image(encode(picture, "JPEG", quality=95), SHOP)
    assert (found.kind, found.cut, found.ground) == ("packshot", "keep_ground", "#ffffff")


def test_a_person_is_seen_with_the_face_and_where_the_frame_cuts_the_body_off() -> None:
    found = analyze_image(encode(figure((40, 110, 90))), SHOP)
    assert found.people
    assert found.edges == ["bottom"]
    (face,) = found.faces
    assert face == pytest.approx((0.41, 0.055, 0.59, 0.225), abs=0.04)


def test_colours_of_one_coat_are_one_group_and_the_back_is_told_by_the_face_that_is_not_seen() -> None:
    found = seen(
        coat_green_1=figure((40, 110, 90)), coat_rust_1=figure((170, 80, 40)), coat_9=figure((40, 110, 90), face=False)
    )
    green, rust, back = found.values()
    assert (green.view, green.colour_of) == ("whole", None)
    assert (rust.view, rust.colour_of) == ("colour", green.url)
    assert (back.view, back.colour_of) == ("back", None)


def test_what_fills_the_frame_with_the_products_colours_is_a_detail() -> None:
    cloth = textured(np.ones((900, 800)), (40, 110, 90), grain=10)
    seam = Image.fromarray(np.clip(cloth, 0, 255).astype(np.uint8))
    ImageDraw.Draw(seam).line((100, 0, 640, 900), fill=(24, 70, 58), width=12)
    found = seen(a1=figure((40, 110, 90)), a2=seam, a3=scene(7))
    assert (found["a2"].kind, found["a2"].view) == ("detail", "detail")
    assert (found["a3"].kind, found["a3"].view) == ("upright_scene", "use")


def test_a_files_name_is_evidence_unless_all_names_share_the_word() -> None:
    found = seen(bag_front=packshot(), bag_back=packshot(ground="#f0f0f0"))
    assert [one.view for one in found.values()] == ["whole", "back"]
    found = seen(back_support_1=packshot(), back_support_2=packshot(ground="#f0f0f0"))
    assert "back" not in [one.view for one in found.values()]


def test_close_ups_lie_where_there_is_something_to_see() -> None:
    picture = Image.new("RGB", (1000, 1000), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((200, 100, 800, 900), fill="#2060a0")
    for row in range(8):
        pen.rectangle((560, 160 + 22 * row, 720, 170 + 22 * row), fill="#f0d020")
    best = analyze_image(encode(picture), SHOP).details[0]
    assert best[0] < 0.64 < best[2] and best[1] < 0.25 < best[3]
    assert max(best[2] - best[0], best[3] - best[1]) < 0.45


def test_nothing_is_worth_a_close_up_where_nothing_is_to_be_seen() -> None:
    assert analyze_image(encode(Image.new("RGB", (600, 600), "#884422")), SHOP).details == []
    soft = scene(2).filter(ImageFilter.GaussianBlur(60))
    assert len(analyze_image(encode(soft), SHOP).details) <= 3


def test_broken_pictures_stay_where_they_were() -> None:
    good, bad = analyze_image(encode(packshot()), SHOP + "a"), analyze_image(b"", SHOP + "b")
    assert [one.view for one in with_views([bad, good], [bad.url, good.url])] == [None, "whole"]
    assert with_views([], []) == []
