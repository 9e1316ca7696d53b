"""What a user may ask of a short's voice, captions and sound."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

VoiceWish = Literal["auto", "built_in", "none"]
"""``auto``: the speech model that is set up, else this machine's voice; ``built_in``: the latter; ``none``: silence."""
CaptionStyle = Literal["karaoke", "phrase", "none"]
"""``karaoke``: phrases whose spoken word is marked."""
MusicWish = Literal["auto", "none"]


class SoundWishes(BaseModel):
    """The part of ``Wishes`` that is heard and read."""

    model_config = ConfigDict(extra="forbid")

    voice: VoiceWish = "auto"
    voice_url: Annotated[str, Field(max_length=4000, pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://")] | None = None
    """A voice-over of your own (MP3, AAC, FLAC, Opus, WAV, …), spoken instead of the scenario's narration."""
    captions: CaptionStyle = "karaoke"
    music: MusicWish = "auto"
    music_url: Annotated[str, Field(max_length=4000, pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://")] | None = None
    """Music of your own instead of a track of the mood."""
    effects: Annotated[bool, Field(strict=True)] = True
    """Quiet whooshes at the cuts, and a chime at the hook and at the price."""
