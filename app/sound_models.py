"""What a user may ask of a short's voice, captions and sound."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

VoiceWish = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
"""``auto``: the speech model that is set up, else this machine's best voice for the language; ``built_in``: the latter;
``none``: silence; else the name of a voice of this machine."""
CaptionStyle = Literal["karaoke", "phrase", "none"]
"""``karaoke``: phrases whose spoken word is marked."""
MusicWish = Literal["auto", "none"]


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
    effects: Annotated[bool, Field(strict=True)] = True
    """Quiet whooshes at the cuts, and a chime at the hook and at the price."""
