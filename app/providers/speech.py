"""Speech by ElevenLabs and OpenAI."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from app.providers.protocols import Media
from app.providers.transport import Api

MP3 = "audio/mpeg"


@dataclass
class ElevenLabsSpeech:
    """``POST /v1/text-to-speech/{voice}``."""

    api: Api
    model: str
    voice: str

    @property
    def name(self) -> str:
        """Maker, model and voice."""
        return f"elevenlabs:{self.model}:{self.voice}"

    def speak(self, text: str, language: str) -> Media:
        """Return MP3: see ``SpeechModel``."""
        body = {"text": text, "model_id": self.model, "language_code": language}
        path = f"/v1/text-to-speech/{quote(self.voice, safe='')}"
        answer = self.api.call("POST", path, json=body, params={"output_format": "mp3_44100_128"})
        return Media(answer.content, MP3)


@dataclass
class OpenAiSpeech:
    """``POST /audio/speech``; the language follows from the text."""

    api: Api
    model: str
    voice: str

    @property
    def name(self) -> str:
        """Maker, model and voice."""
        return f"openai:{self.model}:{self.voice}"

    def speak(self, text: str, language: str) -> Media:
        """Return MP3: see ``SpeechModel``."""
        body = {"model": self.model, "voice": self.voice, "input": text, "response_format": "mp3"}
        return Media(self.api.call("POST", "/audio/speech", json=body).content, MP3)
