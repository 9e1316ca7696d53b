"""What a user may ask of a short's voice, captions and sound."""

from __future__ import annotations

import warnings
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

VoiceWish = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
"""``auto``: the speech model that is set up, else this machine's best voice for the language; ``built_in``: the latter;
``none``: silence; else the name of a voice of this machine."""
CaptionStyle = Literal["karaoke", "phrase", "none"]
"""``karaoke``: phrases whose spoken word is marked."""
MusicWish = Literal["auto", "none"]


RENAMED = {"effects": "sound_effects"}
"""Former name of a wish -> its name. Stored shorts have the former one."""


class SoundWishes(BaseModel):
    """The part of ``Wishes`` that is heard and read."""

    model_config = ConfigDict(extra="forbid")

    voice: VoiceWish = "auto"
    """`auto`, `built_in`, `none`, or a voice's name (`GET /api/v1/voices`)."""
    voice_url: Annotated[str, Field(max_length=4000, pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://")] | None = None
    """A voice-over of your own (MP3, AAC, FLAC, Opus, WAV, …), spoken instead of the scenario's narration."""
    captions: CaptionStyle = "karaoke"
    music: MusicWish = "auto"
    music_url: Annotated[str, Field(max_length=4000, pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://")] | None = None
    """Music of your own instead of a track of the mood."""
    sound_effects: Annotated[bool, Field(strict=True)] = True
    """Quiet whooshes at the cuts, and a chime at the hook and at the price. `effects` before, which goes on to work."""

    @model_validator(mode="before")
    @classmethod
    def _take_former_names(cls, data: Any) -> Any:
        former = [old for old, name in RENAMED.items() if isinstance(data, dict) and old in data and name not in data]
        for old in former:
            warnings.warn(f"wishes: {old} is called {RENAMED[old]} now", DeprecationWarning, stacklevel=2)
        return {RENAMED[name] if name in former else name: value for name, value in data.items()} if former else data
