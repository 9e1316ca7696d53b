"""Captions as files beside the video: SRT, WebVTT and Advanced SubStation Alpha."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from pysubs2 import SSAEvent, SSAFile, make_time
from pysubs2.time import ms_to_times

from app.rendering.jobs import Caption

Format = Literal["srt", "vtt", "ass"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: dict[Format, str] = {
    "srt": "application/x-subrip; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "ass": "text/x-ssa; charset=utf-8",
}


def written(captions: Sequence[Caption], kind: Format) -> str:
    r"""Return captions as a subtitle file.

    WebVTT and SubStation carry the time of each word too, by time tags (WebVTT, 4.2.1) and karaoke tags (``\k``).
    """
    file = SSAFile()
    file.info["ScriptType"] = "v4.00+"
    for caption in captions:
        event = SSAEvent(start=make_time(s=caption.start), end=make_time(s=caption.end))
        if kind == "ass" and caption.words:
            event.text = "".join(_karaoke(caption))
        elif kind == "vtt" and caption.words:
            event.text = "".join(_tagged(caption))
        else:
            event.plaintext = caption.text
        file.append(event)
    return str(file.to_string(kind))


def _karaoke(caption: Caption) -> list[str]:
    edges = [caption.start, *(word.start for word in caption.words[1:]), caption.end]
    return [
        f"{{\\k{round(100 * (after - before))}}}{_plain(word.text)}"
        for word, before, after in zip(caption.words, edges, edges[1:], strict=False)
    ]


def _tagged(caption: Caption) -> list[str]:
    """Return the words, each after the first with the time at which it is said (cue timestamps must grow)."""
    found: list[str] = []
    last = caption.start
    for word in caption.words:
        if last < word.start < caption.end:
            hours, minutes, seconds, thousandths = ms_to_times(make_time(s=word.start))
            found.append(f"<{hours:02}:{minutes:02}:{seconds:02}.{thousandths:03}>")
            last = word.start
        found.append(_escaped(word.text))
    return found


def _plain(text: str) -> str:
    return text.replace("{", "(").replace("}", ")").replace("\\", "/")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
