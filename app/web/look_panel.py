"""What the editor offers for the whole video: style, format, voice, captions, music; chosen by picture and sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args
from urllib.parse import quote, urlencode

from app.models import CaptionStyle, Mood, Scenario, Style
from app.voices.use_cases import VoiceOut
from app.web.kit import el, field, icon, select, set_attribute
from app.web.scenario_form import TYPED
from app.web.words import SHAPES

CAPTIONS: dict[CaptionStyle, str] = {"karaoke": "Word by word", "phrase": "Phrase by phrase", "none": "None"}
SOUNDS = {"music": ("Music", "none", "auto"), "sound_effects": ("Sounds at the cuts", False, True)}
"""Tick box -> label, and what it means unticked and ticked."""
LABELS = {
    "style": "style",
    "aspect": "format",
    "voice": "voice",
    "captions": "captions",
    "mood": "mood",
    "watermark": "watermark",
    "music": "music",
    "sound_effects": "sounds",
}


class LookPanel:
    """The wishes of a scenario as a form; ``typed`` takes the event of a field (its name and its value)."""

    def __init__(self, scenario: Scenario, voices: list[VoiceOut], still: Callable[[Style], str]) -> None:
        self.scenario, self.voices, self.still = scenario, voices, still

    def draw(self, typed: Callable[..., Any] | None) -> None:
        """Draw the form; ``typed``: None where nothing may be changed."""
        form = el("form", css="look", novalidate=True, aria_label="The whole video")
        form.on("submit", js_handler="(e) => e.preventDefault()")
        if typed:
            form.on("input", typed, js_handler=TYPED)
            form.on("change", typed, js_handler=TYPED)
        self.locked: dict[str, Any] = {} if typed else {"disabled": True}
        with form:
            self._styles()
            self._formats()
            self._voices()
            self._moods()
            with el("div", css="options wide"):
                wishes = self.scenario.wishes
                shown = {str(kind): name for kind, name in CAPTIONS.items()}
                select("Captions", "captions", shown, wishes.captions, **self.locked)
                with field("Watermark", "watermark", "A few words in a corner"):
                    el("input", name="watermark", id="watermark", maxlength="40", defaultValue=wishes.watermark or "",
                       aria_describedby="watermark-hint", **self.locked)  # fmt: skip

    def _styles(self) -> None:
        chosen = self.scenario.wishes.style or "clean"
        with el("fieldset", css="choices wide looks-like"):
            el("legend", "Style", css="legend")
            for style in get_args(Style):
                with el("label", css="choice picture-choice"):
                    self._radio("style", style, checked=style == chosen)
                    el("img", src=self.still(style), alt="", loading="lazy")
                    el("span", style.capitalize())

    def _formats(self) -> None:
        wishes = self.scenario.wishes
        chosen = next((one for one in SHAPES if is_shape(one, wishes.width, wishes.height)), None)
        with el("fieldset", css="choices wide"):
            el("legend", "Format", css="legend")
            for aspect, (what, width, height) in SHAPES.items():
                with el("label", css="choice"):
                    self._radio("aspect", aspect, checked=aspect == chosen)
                    el("span", css="shape", aria_hidden="true").style(f"width: {width}px; height: {height}px")
                    el("span", aspect)
                    el("span", what, css="faint")

    def _voices(self) -> None:
        language, chosen = self.scenario.language, self.scenario.wishes.voice
        with el("fieldset", css="choices wide"):
            el("legend", "Voice", css="legend")
            for name, about in (("auto", "Auto"), ("none", "No voice")):
                with el("label", css="choice"):
                    self._radio("voice", name, checked=name == chosen)
                    el("span", about)
            for voice in self.voices:
                sample = f"/api/v1/voices/{quote(voice.name)}/sample?language={language}"
                with el("span", css="heard"):
                    with el("label", css="choice"):
                        self._radio("voice", voice.name, checked=voice.name == chosen)
                        el("span", voice.name)
                        el("span", voice.about, css="faint")
                    play(f"voice {voice.name}", sample)

    def _moods(self) -> None:
        wishes = self.scenario.wishes
        with el("fieldset", css="choices wide"):
            el("legend", "Mood and music", css="legend")
            with el("label", css="choice"):
                self._radio("mood", "auto", checked=wishes.mood == "auto")
                el("span", "Auto")
            for mood in get_args(Mood):
                track = urlencode({"title": self.scenario.title, "seed": wishes.seed})
                with el("span", css="heard"):
                    with el("label", css="choice"):
                        self._radio("mood", mood, checked=mood == wishes.mood)
                        el("span", mood.capitalize())
                    play(f"{mood} music", f"/api/v1/music/{mood}/sample?{track}")
            for name, (label, _, ticked) in SOUNDS.items():
                with el("label", css="check"):
                    el("input", type="checkbox", name=name, checked=getattr(wishes, name) == ticked, **self.locked)
                    el("span", label)

    def _radio(self, name: str, value: str, *, checked: bool) -> None:
        el("input", type="radio", name=name, value=value, checked=checked, **self.locked)


def play(what: str, address: str) -> None:
    """Draw a button that plays a sound, and stops it when it is pressed again."""
    made = el("button", css="button quiet small icon-only", type="button", aria_label=f"Play {what}", title="Play")
    set_attribute(made, "data_play", address)
    with made:
        icon("play")


def is_shape(aspect: str, width: int, height: int) -> bool:
    """Tell whether a frame has the shape of an aspect."""
    wide, high = (int(side) for side in aspect.split(":"))
    return width * high == height * wide


def wished(wishes: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Return the data of wishes with one of them as the form says it."""
    if name in SOUNDS:
        value = SOUNDS[name][2] if value else SOUNDS[name][1]
    if name == "aspect":  # it says width and height, at the size that the video has
        wishes = {one: wish for one, wish in wishes.items() if one not in ("width", "height")}
        wishes["quality"] = wishes["quality"] if wishes.get("aspect") else 720
    return wishes | {name: value or None if name == "watermark" else value}
