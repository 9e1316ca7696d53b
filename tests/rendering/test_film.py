"""The film: its length, streams, sound, captions, cross-fades and thumbnail, seen in the decoded file."""

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.errors import InvalidInput
from app.rendering import loudness
from app.rendering.clips import render_clip
from app.rendering.film import assemble_film
from app.rendering.jobs import ClipJob, FilmJob
from app.rendering.layout import layout_for
from app.rendering.timeline import film_seconds, overlap_frames, starts

from .conftest import HEIGHT, WIDTH, ignore


@pytest.fixture(scope="module")
def pictures(film):
    with av.open(film[1].path) as container:
        return [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]


def test_length_is_that_of_the_clips_less_the_overlaps(film, pictures):
    _, result = film
    assert result.frames == len(pictures) == 60 + 45 + 75 - 2 * 10
    assert result.seconds == pytest.approx(160 / 30) == film_seconds([2.0, 1.5, 2.5])
    with av.open(result.path) as container:
        assert container.duration / 1e6 == pytest.approx(160 / 30, abs=0.001)


@given(st.lists(st.integers(3, 400), min_size=1, max_size=20), st.integers(10, 60))
def test_no_more_than_two_clips_are_ever_shown_together(counts, fps):
    begins = starts(counts, fps)
    overlap = overlap_frames(counts, fps)
    for first, count, following in zip(begins, counts, begins[1:], strict=False):
        assert following == first + count - overlap
    assert all(2 * overlap <= count for count in counts) or len(counts) == 1


def test_streams_are_what_every_player_takes(film):
    with av.open(film[1].path) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        context = video.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (context.width, context.height, video.average_rate) == (WIDTH, HEIGHT, 30)
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        assert (audio.codec_context.name, audio.rate, audio.layout.name) == ("aac", 48000, "stereo")
        assert container.metadata["title"] == "The jar"
        assert abs(float(audio.duration * audio.time_base) - film[1].seconds) < 0.03
    data = Path(film[1].path).read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_sound_has_the_platforms_loudness_and_ends_softly(film):
    with av.open(film[1].path) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert loudness.integrated(sound) == pytest.approx(-14, abs=0.6)
    assert loudness.true_peak(sound) < -1
    assert np.abs(sound[:, -2000:]).max() < 0.05
    assert film[1].voice == "hibari heart" and film[1].music.startswith("happy") and len(film[1].licences) == 3


def test_captions_are_burned_in_while_they_are_spoken(film, pictures):
    box = layout_for(WIDTH, HEIGHT).captions
    words = [
        any(caption.start + 0.15 < number / 30 < caption.end for caption in film[1].captions)
        for number in range(len(pictures) - 12)
    ]
    silent = [
        all(number / 30 < caption.start - 0.05 or number / 30 > caption.end + 0.05 for caption in film[1].captions)
        for number in range(len(pictures) - 12)
    ]
    # A dark plate with white letters on it, both within the band.
    dark = [(picture[box.top : box.bottom].max(axis=2) < 90).sum() for picture in pictures[: len(words)]]
    assert sum(words) > 40 and sum(silent) > 20
    assert min(count for count, on in zip(dark, words, strict=True) if on) > 80
    assert max(count for count, off in zip(dark, silent, strict=True) if off) == 0
    assert [caption.text for caption in film[1].captions] == ["Meet the jar.", "Just $5."]


def test_a_watermark_stands_in_its_band(film, pictures, tmp_path):
    job, _ = film
    bare = job.model_copy(
        update={"watermark": None, "output": str(tmp_path / "a.mp4"), "thumbnail": str(tmp_path / "a.jpg")}
    )
    assemble_film(bare, ignore)
    with av.open(bare.output) as container:
        without = next(container.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    changed = np.argwhere(np.abs(without - pictures[0]).max(axis=2) > 30)
    box = layout_for(WIDTH, HEIGHT).watermark
    assert len(changed) > 20 and changed[:, 0].min() >= box.top - 1 and changed[:, 0].max() < box.bottom + 1


def test_a_cross_fade_mixes_neighbours_and_the_end_goes_dark(tmp_path):
    clips = []
    for number, colour in enumerate([(220, 30, 30), (30, 30, 220)]):
        picture = tmp_path / f"{number}.png"
        Image.new("RGB", (180, 320), colour).save(picture)
        path = str(tmp_path / f"{number}.mp4")
        render_clip(
            ClipJob(image=str(picture), motion="zoom_in", seconds=1, width=WIDTH, height=HEIGHT, output=path), ignore
        )
        clips.append({"path": path, "seconds": 1.0})
    told = []
    job = FilmJob(
        clips=clips,
        width=WIDTH,
        height=HEIGHT,
        title="Two",
        language="de",
        output=str(tmp_path / "film.mp4"),
        thumbnail=str(tmp_path / "film.jpg"),
    )
    result = assemble_film(job, lambda share, step: told.append(share))
    assert result.voice is None and result.captions == [] and len(result.licences) == 2
    assert told == sorted(told) and told[-1] == 1
    with av.open(result.path) as container:
        red = [frame.to_ndarray(format="rgb24")[160, 90].astype(int) for frame in container.decode(video=0)]
    assert np.abs(red[19] - (220, 30, 30)).max() < 8 and np.abs(red[30] - (30, 30, 220)).max() < 8
    falling = [level[0] for level in red[19:31]]
    assert falling == sorted(falling, reverse=True) and len(set(falling)) > 8
    assert max(red[-1]) < 40 and np.abs(red[38] - (30, 30, 220)).max() < 8


def test_the_thumbnail_is_the_hook_with_its_words(film, pictures):
    with Image.open(film[1].thumbnail) as thumbnail:
        assert thumbnail.format == "JPEG" and thumbnail.size == (WIDTH, HEIGHT)
        shown = np.asarray(thumbnail).astype(int)
    title = layout_for(WIDTH, HEIGHT).title
    assert (shown[title.top : title.bottom].max(axis=2) < 80).sum() > 50
    assert min(np.abs(shown - picture).mean() for picture in pictures[36:46]) < 6


def test_clips_of_another_size_and_rate_are_taken(tmp_path):
    """As a video model makes them: 25 frames a second, wide, and shorter than ordered."""
    Image.new("RGB", (320, 180), (40, 160, 90)).save(tmp_path / "a.png")
    other = ClipJob(
        image=str(tmp_path / "a.png"),
        motion="pan_up",
        seconds=1,
        width=320,
        height=180,
        fps=25,
        output=str(tmp_path / "a.mp4"),
    )
    render_clip(other, ignore)
    job = FilmJob(
        clips=[{"path": other.output, "seconds": 1.5}],
        width=WIDTH,
        height=HEIGHT,
        title="One",
        output=str(tmp_path / "film.mp4"),
        thumbnail=str(tmp_path / "film.jpg"),
    )
    assert assemble_film(job, ignore).frames == 45
    with av.open(job.output) as container:
        frame = list(container.decode(video=0))[20].to_ndarray(format="rgb24").astype(int)
    assert np.abs(frame[160, 90] - (40, 160, 90)).max() < 8 and frame.shape == (HEIGHT, WIDTH, 3)


def test_a_bad_clip_is_named_and_nothing_is_left(film, tmp_path):
    job, _ = film
    (tmp_path / "bad.mp4").write_bytes(Path(job.clips[0].path).read_bytes()[:2000])
    for name, message in [
        ("bad.mp4", r"clip bad\.mp4: it cannot be read"),
        ("gone.mp4", r"clip gone\.mp4: there is no"),
    ]:
        clip = job.clips[0].model_copy(update={"path": str(tmp_path / name)})
        broken = job.model_copy(
            update={
                "clips": [job.clips[1], clip],
                "output": str(tmp_path / "f.mp4"),
                "thumbnail": str(tmp_path / "f.jpg"),
            }
        )
        with pytest.raises(InvalidInput, match=message):
            assemble_film(broken, ignore)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.mp4"]
