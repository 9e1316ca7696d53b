"""The film: its length, streams, sound, captions, transitions and thumbnails, seen in the decoded file."""

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile
from pydantic import ValidationError

from app.errors import InvalidInput
from app.models import BrandKit, Mood, Style, TransitionKind
from app.rendering import loudness
from app.rendering.brand import check, end_card
from app.rendering.clips import DrawnScene
from app.rendering.encode import planes_of
from app.rendering.film import assemble_film
from app.rendering.jobs import FilmJob, Rendition
from app.rendering.join import Stretch, join
from app.rendering.layout import layout_for
from app.rendering.planes import rgb_from_planes
from app.rendering.preview import LARGEST
from app.rendering.theme import theme_for
from app.rendering.timeline import junctions, starts
from app.rendering.transitions import KINDS, choose
from tests.present import present

from .conftest import HEIGHT, WIDTH, Film, film_job, ignore


def decoded(path: str) -> list[np.ndarray]:
    with av.open(path) as container:
        return [rgb_from_planes(planes_of(frame)) for frame in container.decode(video=0)]


@pytest.fixture(scope="module")
def pictures(film: Film) -> list[np.ndarray]:
    return decoded(film[1].path)


@pytest.fixture(scope="module")
def begins(film: Film) -> list[int]:
    jobs = [one.scene for one in film[0].scenes]
    return starts([job.frames for job in jobs], [job.head for job in jobs[1:]])


def test_length_is_that_of_the_scenes_less_the_overlaps(film: Film, pictures: list[np.ndarray]) -> None:
    job, result = film
    assert [one.scene.head for one in job.scenes] == [0, 10, 0, 9, 12, 12]
    assert result.frames == len(pictures) == 60 + 45 + 30 + 36 + 36 + 75 - 10 - 0 - 9 - 12 - 12
    assert result.seconds == pytest.approx(len(pictures) / 30)
    with av.open(result.path) as container:
        assert present(container.duration) / 1e6 == pytest.approx(result.seconds, abs=0.001)
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([number / 30 for number in range(result.frames)], abs=1e-3)


kinds_and_counts = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(3, 400)), min_size=1, max_size=20)


@given(kinds_and_counts, st.integers(10, 60))
def test_no_more_than_two_scenes_are_ever_shown_together(drawn: list[tuple[TransitionKind, int]], fps: int) -> None:
    counts = [count for _, count in drawn]
    overlaps = junctions([kind for kind, _ in drawn[1:]], counts, fps)
    begins = starts(counts, overlaps)
    assert len(begins) == len(counts)
    for first, count, following, overlap in zip(begins, counts, begins[1:], overlaps, strict=False):
        assert following == first + count - overlap
    for count, before, after in zip(counts, [0, *overlaps], [*overlaps, 0], strict=True):
        assert before + after < count


def test_streams_are_what_every_player_takes(film: Film) -> None:
    with av.open(film[1].path) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        context = video.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (context.width, context.height, video.average_rate) == (WIDTH, HEIGHT, Fraction(30))
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        assert (audio.codec_context.name, audio.rate, audio.layout.name) == ("aac", 48000, "stereo")
        assert container.metadata["title"] == "The jar"
        assert abs(float(present(audio.duration) * present(audio.time_base)) - film[1].seconds) < 0.03
    data = Path(film[1].path).read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_keyframes_stand_where_clips_and_transitions_begin(film: Film, begins: list[int]) -> None:
    with av.open(film[1].path) as container:
        keys = {number for number, frame in enumerate(container.decode(video=0)) if frame.key_frame}
    heads = [one.scene.head for one in film[0].scenes]
    assert set(begins) | {begin + head for begin, head in zip(begins, heads, strict=True)} <= keys


def test_what_is_decoded_is_what_was_drawn(film: Film, pictures: list[np.ndarray], begins: list[int]) -> None:
    """Every picture outside of transitions against its drawing: none is torn, missing, twice or of another scene."""
    frame = planes_of(av.VideoFrame(WIDTH, HEIGHT, "yuv420p"))
    for one, begin in zip(film[0].scenes, begins, strict=True):
        scene = DrawnScene(one.scene)
        for number in range(one.scene.head, one.scene.frames - one.scene.tail):
            scene.draw_all(frame, number)
            error = np.abs(rgb_from_planes(frame).astype(int) - pictures[begin + number]).astype(float)
            assert 20 * np.log10(255 / max(1e-3, np.sqrt(np.mean(error**2)))) > 33, (begin, number)
            # A torn frame is wrong in a band of rows.
            assert error.mean(axis=(1, 2)).max() < 12, (begin, number)


def test_no_picture_is_black_and_none_stands_still(pictures: list[np.ndarray]) -> None:
    levels = [picture.mean() for picture in pictures]
    assert min(levels) > 60
    still = [np.abs(later.astype(int) - earlier).max() < 6 for earlier, later in pairwise(pictures)]
    longest = run = 0
    for same in still:
        run = run + 1 if same else 0
        longest = max(longest, run)
    assert longest < 15


def test_sound_has_the_platforms_loudness_and_ends_softly(film: Film) -> None:
    with av.open(film[1].path) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert loudness.integrated(sound) == pytest.approx(-14, abs=0.6)
    assert loudness.true_peak(sound) < -1
    assert np.abs(sound[:, -2000:]).max() < 0.05
    assert film[1].voice == "hibari-heart" and present(film[1].music).startswith("happy") and len(film[1].licences) == 3


def test_captions_are_burned_in_while_they_are_spoken(
    film: Film, pictures: list[np.ndarray], begins: list[int]
) -> None:
    captions = film[1].captions
    assert [caption.text for caption in captions] == ["Say hello to clay.", "Just $5."]
    for one, begin in zip(film[0].scenes, begins, strict=True):
        scene = DrawnScene(one.scene)
        for number in range(one.scene.head, one.scene.frames - one.scene.tail):
            at = (begin + number) / 30
            box = scene.scene.at(number / 30).captions
            said = any(caption.start + 0.15 < at < caption.end for caption in captions)
            silent = all(at < caption.start - 0.05 or at > caption.end + 0.05 for caption in captions)
            assert box is not None or not said
            if box is not None and (said or silent):
                # A dark plate with white letters on it, in the room that the shot has for it.
                frame = planes_of(av.VideoFrame(WIDTH, HEIGHT, "yuv420p"))
                scene.draw(frame, number)
                without = rgb_from_planes(frame).astype(int)
                changed = np.abs(pictures[begin + number] - without)[box.top : box.bottom, box.left : box.right] > 90
                assert bool(changed.any(axis=2).sum() > 60) is said, (begin, number)


def test_a_watermark_stands_in_its_band_in_every_picture(
    film: Film, pictures: list[np.ndarray], begins: list[int]
) -> None:
    """In transitions too: the band is the same in all, but for the picture that shows through its plate."""
    box = layout_for(WIDTH, HEIGHT).watermark
    white = [(picture[box.top : box.bottom, box.left : box.right].min(axis=2) > 170).sum() for picture in pictures]
    assert min(white) > 10


def two(folder: Path, kind: TransitionKind) -> FilmJob:
    """A red scene, then a blue one."""
    scenes = []
    for number, colour in enumerate([(220, 30, 30), (30, 30, 220)]):
        picture = folder / f"{number}.png"
        Image.new("RGB", (720, 1280), colour).save(picture)
        scenes.append({"image": str(picture), "seconds": 1.2})
    return film_job(folder, scenes, [kind], title="Two", language="de")


@pytest.mark.parametrize("kind", KINDS)
def test_a_transition_goes_from_one_scene_to_the_next(tmp_path: Path, kind: TransitionKind) -> None:
    """The share of blue rises without a step back, from none to all; a cut has nothing between."""
    job = two(tmp_path, kind)
    told = []
    result = assemble_film(job, lambda share, step: told.append(share))
    assert result.voice is None and result.captions == [] and len(result.licences) == 1  # no words, no typeface
    assert told == sorted(told) and told[-1] == 1
    blue = [((picture[:, :, 2].astype(float) - 30) / 190).mean() for picture in decoded(result.path)]
    first, last = 36 - job.scenes[0].scene.tail, 36
    assert max(blue[:first]) < 0.03 and min(blue[last:]) > 0.97
    between = blue[first:last]
    assert between == sorted(between)
    assert len(between) == (0 if kind == "cut" else {"fade": 10, "whip": 9}.get(kind, 12))
    assert all(0.0 <= share <= 1.0 for share in between) and (kind == "cut" or 0.2 < between[len(between) // 2] < 0.8)


def test_thumbnails_are_moments_of_scenes_the_best_first(
    film: Film, pictures: list[np.ndarray], begins: list[int]
) -> None:
    shown = film[1].thumbnails
    assert len(shown) == 3 and len({one.scene for one in shown}) == 3
    assert [one.score for one in shown] == sorted((one.score for one in shown), reverse=True)
    assert all(0 < one.score <= 1 for one in shown)
    for one in shown:
        with Image.open(one.path) as thumbnail:
            assert thumbnail.format == "JPEG" and thumbnail.size == (WIDTH, HEIGHT)
            picture = np.asarray(thumbnail).astype(int)
        band = DrawnScene(film[0].scenes[one.scene].scene).scene.at(one.seconds).captions
        error = np.abs(picture - pictures[begins[one.scene] + round(one.seconds * 30)])
        if band is not None:
            error[band.top : band.bottom] = 0  # no captions: a thumbnail is not read aloud
        assert error.mean() < 6


def test_scenes_that_do_not_fit_together_are_refused(film: Film) -> None:
    job = film[0]
    for change in (
        {"transitions": job.transitions[1:]},
        {"scenes": job.scenes[::-1]},
        {"scenes": [job.scenes[0].model_copy(update={"scene": job.scenes[0].scene.model_copy(update={"width": 182})})]},
    ):
        with pytest.raises(ValidationError):
            FilmJob.model_validate(job.model_dump() | {"scenes": job.scenes} | change)


def test_a_bad_clip_is_named_and_nothing_is_left(film: Film, tmp_path: Path) -> None:
    job, _ = film
    data = Path(job.scenes[0].scene.output).read_bytes()
    (tmp_path / "bad.mp4").write_bytes(data[:500])
    (tmp_path / "torn.mp4").write_bytes(data[: len(data) // 2])
    for name, message in [
        ("bad.mp4", r"clip bad\.mp4: it cannot be read"),
        ("torn.mp4", r"clip torn\.mp4: it has \d+ frames of 50"),
        ("gone.mp4", r"clip gone\.mp4: there is no"),
    ]:
        with pytest.raises(InvalidInput, match=message):
            join([Stretch(str(tmp_path / name), 50)], str(tmp_path / "f.mp4"), 30, np.zeros((2, 80000), np.float32), {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.mp4", "torn.mp4"]


@pytest.fixture(scope="module")
def branded(square: str, tmp_path_factory: pytest.TempPathFactory) -> Film:
    """One scene under a logo and a watermark, in a font of the shop's, with copies and a preview."""
    folder = tmp_path_factory.mktemp("branded")
    Image.new("RGB", (64, 64), (0, 160, 80)).save(folder / "logo.png")
    scene = {"image": square, "seconds": 1.5, "on_screen_text": "Ours", "watermark": "@jars", "font": "outfit"}
    job = film_job(
        folder,
        [scene | {"logo": str(folder / "logo.png"), "width": 360, "height": 640}],
        [],
        preview=str(folder / "preview.webp"),
        renditions=[{"width": 180, "height": 320, "output": str(folder / "small.mp4")}],
        provenance={"url": "https://shop.example/jar", "scenes": [{"sentences": ["Clay."]}]},
    )
    return job, assemble_film(job, ignore)


def test_a_logo_stands_beside_the_watermark(branded: Film) -> None:
    picture = decoded(branded[1].path)[20].astype(int)
    green = np.argwhere((picture[:, :, 1] > picture[:, :, 0] + 60) & (picture[:, :, 1] > picture[:, :, 2] + 30))
    box = layout_for(360, 640).watermark
    assert len(green) > 60
    assert green[:, 0].min() >= box.top - 2 and green[:, 0].max() < box.bottom + 2 and green[:, 1].max() < 182


def test_every_copy_plays_and_has_the_sound(branded: Film) -> None:
    job, result = branded
    for path, size in [(result.path, (360, 640)), (job.renditions[0].output, (180, 320))]:
        with av.open(path) as container:
            video = container.streams.video[0]
            assert (video.width, video.height) == size
            assert sum(1 for _ in container.decode(video=0)) == 45
        with av.open(path) as container:
            heard = sum(frame.samples for frame in container.decode(audio=0))
            assert container.metadata["title"] == "The jar"
        assert heard == pytest.approx(1.5 * 48000, abs=2048)
        data = Path(path).read_bytes()
        assert data.index(b"moov") < data.index(b"mdat")
    large, small = decoded(result.path)[20], decoded(job.renditions[0].output)[20]
    shrunk = np.asarray(Image.fromarray(large).resize((180, 320), Image.Resampling.BOX)).astype(int)
    assert np.abs(shrunk - small).mean() < 4


def test_a_preview_moves_and_is_small(branded: Film) -> None:
    with Image.open(branded[0].preview) as preview:
        assert isinstance(preview, WebPImageFile)
        assert preview.format == "WEBP" and preview.n_frames in (11, 12) and preview.size == (270, 480)
        assert preview.info["loop"] == 0
    assert Path(branded[0].preview).stat().st_size < LARGEST


def test_copies_and_preview_show_all_of_a_film_in_order_its_transitions_too(
    film: Film, pictures: list[np.ndarray], tmp_path: Path
) -> None:
    copy = Rendition(width=WIDTH, height=HEIGHT, output=str(tmp_path / "small.mp4"))
    there: dict[str, Any] = {
        "output": str(tmp_path / "film.mp4"),
        "thumbnails": [],
        "preview": str(tmp_path / "preview.webp"),
    }
    assemble_film(film[0].model_copy(update={**there, "renditions": [copy]}), ignore)
    assert {path.name for path in tmp_path.iterdir()} == {"film.mp4", "small.mp4", "preview.webp"}

    def alike(shown: np.ndarray, number: int) -> bool:
        size = (shown.shape[1], shown.shape[0])
        wanted = np.asarray(Image.fromarray(pictures[number]).resize(size, Image.Resampling.BOX)).astype(int)
        return bool(np.abs(shown.astype(int) - wanted).mean() < 6)

    small = decoded(copy.output)
    assert len(small) == len(pictures)
    assert all(alike(picture, number) for number, picture in enumerate(small))
    with Image.open(there["preview"]) as preview:
        assert isinstance(preview, WebPImageFile)
        assert preview.n_frames > 50  # of 60: what stands still is shown for longer
        for number in range(preview.n_frames):
            preview.seek(number)
            preview.load()
            assert alike(np.asarray(preview.convert("RGB")), 4 * round(preview.info["timestamp"] / 133)), number


def test_the_file_says_what_it_was_made_from(branded: Film) -> None:
    job, result = branded
    for path in (result.path, job.renditions[0].output):
        with av.open(path) as container:
            told = json.loads(container.metadata["provenance"])
            assert container.metadata["comment"].endswith("from https://shop.example/jar")
        assert told == result.provenance
        assert told["scenes"] == [{"sentences": ["Clay."]}] and told["voice"] is None
        assert told["music"] == result.music and told["licences"] == result.licences


def test_an_end_card_shows_the_logo_large(tmp_path: Path) -> None:
    Image.new("RGB", (64, 32), (0, 160, 80)).save(tmp_path / "logo.png")
    drawn, where = end_card(str(tmp_path / "logo.png"), theme_for("clean", []), 180, 320)
    card = np.asarray(drawn).astype(int)
    green = np.argwhere(np.abs(card - (0, 160, 80)).max(axis=2) < 12)
    assert np.ptp(green[:, 1]) + 1 == 90 and green[:, 1].mean() == pytest.approx(89.5, abs=1)
    assert where is not None and where[0] + where[2] == pytest.approx(1, abs=0.02)
    plain, nowhere = end_card(None, theme_for("bold", []), 180, 320)
    assert (plain.size, nowhere) == ((180, 320), None)


def test_a_brand_kit_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"brand\.font: 'Papyrus' is not installed; there are .*inter"):
        check(BrandKit(font="Papyrus"))
    check(BrandKit(font="Outfit", logo="https://shop.example/logo.png"))
    (tmp_path / "logo").write_text("no picture")
    with pytest.raises(InvalidInput, match="picture logo: this is not a picture"):
        end_card(str(tmp_path / "logo"), theme_for("clean", []), 180, 320)
    for wrong in ({"logo": "file:///etc/passwd"}, {"logo": "data:text/html;base64,AA=="}, {"colours": ["red"]}):
        with pytest.raises(ValidationError):
            BrandKit(**wrong)


@given(st.sampled_from(get_args(Style)), st.sampled_from(get_args(Mood)), st.integers(0, 10**9), st.integers(2, 12))
def test_transitions_are_the_same_for_the_same_seed_and_do_not_depend_on_what_follows(
    style: Style, mood: Mood, seed: int, scenes: int
) -> None:
    chosen = choose(style, mood, seed, scenes)
    assert chosen == choose(style, mood, seed, scenes + 3)[: scenes - 1] and set(chosen) <= set(KINDS)
    assert mood not in ("calm", "tender") or not set(chosen) & {"whip", "cut", "slide"}
