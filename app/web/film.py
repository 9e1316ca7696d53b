"""A short's video as its page shows it, and all that is had with it: thumbnails, preview, captions, smaller copies."""

from __future__ import annotations

from app.rendering.subtitles import FORMATS
from app.shorts.repository import Short, ShortStatus
from app.shorts.use_cases import all_sizes
from app.shorts.videos import Rendition, Video
from app.web.addresses import short_file
from app.web.kit import card, el, icon, link
from app.web.words import length, size

STILL = "(prefers-reduced-motion: reduce)"


def draw_film(short: Short) -> None:
    """Draw the video, or what there is of it."""
    if short.video:
        _player(short, short.video)
        return
    with el("div", css="blank").style(f"aspect-ratio: {short.wishes.width} / {short.wishes.height}"):
        if short.stills:
            el("img", src=short_file(short, "scenario/preview"), alt="The first scene as it will look")
            el("span", "Preview", css="over")
        elif short.status is ShortStatus.MAKING:
            el("div", css="skeleton").style("position: absolute; inset: 0; border-radius: 0")
            el("span", "In the making", css="over")
        else:
            icon("film", "large")
            el("span", "No video")


def _player(short: Short, video: Video) -> None:
    player = el(
        "video",
        css="screen",
        controls=True,
        playsinline=True,
        preload="metadata",
        src=short_file(short, "video"),
        poster=short_file(short, "thumbnail"),
        aria_label="The video",
    )
    player.style(f"aspect-ratio: {video.width} / {video.height}; --ratio: {video.width / video.height:.4f}")
    if "vtt" in video.captions:
        with player:
            el(
                "track",
                kind="captions",
                label="Captions",
                srclang=short.scenario.language if short.scenario else None,
                src=short_file(short, "captions", format="vtt"),
            )
    with el("p", css="faint"):
        el("span", f"{video.width} × {video.height} · {length(video.seconds)} · ")
        el("span", size(video.size))


def draw_files(short: Short) -> None:
    """Draw what else there is of the video, each to be opened or downloaded."""
    video = short.video
    if video is None:
        return
    with card("Downloads"):
        with el("dl", css="pairs files"):
            for name, found in files_of(short, video).items():
                el("dt", name)
                with el("dd"):
                    for shown, address in found:
                        link(shown, address, download=True, aria_label=f"{name}: {shown}")
        with el("ul", css="stills wide" if video.width > video.height else "stills").style(
            f"--shape: {video.width} / {video.height}"
        ):
            for number in range(1, len(video.thumbnails) + 1):
                _still(short, "Best" if number == 1 else str(number), f"Thumbnail {number}", number)
            if video.preview_key:
                _still(short, "Moving", "Moving preview")
        link("Everything in one ZIP", short_file(short, "archive"), css="button", icon_name="download", download=True)


def draw_versions(short: Short) -> None:
    """Draw where the videos of earlier versions are."""
    if not short.earlier:
        return
    with card("Versions"), el("dl", css="pairs files"):
        for one in short.earlier:
            el("dt", f"Version {one.version}")
            with el("dd"):
                address = short_file(short, "video", version=str(one.version))
                link("Watch", address, target="_blank", aria_label=f"Watch version {one.version}")
                link("Download", address, download=True, aria_label=f"Download version {one.version}")
                el("span", f"{length(one.video.seconds)} · {size(one.video.size)}", css="faint")


def files_of(short: Short, video: Video) -> dict[str, list[tuple[str, str]]]:
    """Return what there is to download: what it is -> (what is shown, its address) each."""
    sizes = [
        (
            f"{one.width} × {one.height}, {size(one.size)}",
            short_file(short, "video", **({"quality": str(one.quality)} if isinstance(one, Rendition) else {})),
        )
        for one in all_sizes(video)
    ]
    captions = [
        (kind.upper(), short_file(short, "captions", format=kind)) for kind in FORMATS if kind in video.captions
    ]
    papers = [("Sources and licences", short_file(short, "provenance"))] if video.provenance else []
    found = {"Video (MP4)": sizes, "Captions": captions, "Made with": papers}
    return {name: files for name, files in found.items() if files}


def _still(short: Short, mark: str, label: str, candidate: int | None = None) -> None:
    """Draw a thumbnail, or (None) the preview, which stands still for whom movement disturbs."""
    first = short_file(short, "thumbnail", candidate=str(candidate or 1))
    address = first if candidate else short_file(short, "preview")
    with el("li"), el("a", css="still", href=address, target="_blank", aria_label=label), el("picture"):
        if not candidate:
            el("source", media=STILL, srcset=first)
        el("img", src=address, alt="", loading="lazy")
        el("span", mark, css="still-mark")
