"""What a short's scenes say, spoken once and kept, and how long each scene lasts for it.

The first task of a short that asks has the scenes spoken, and the others wait for it, in whichever process they run.
What came of it is kept in the media store under a name that follows from the words, the wishes and the voice, so that a
task that is repeated neither speaks nor pays again. What this machine's voice spoke because a speech model failed is
kept for one version of the scenario: its film has one voice, and the next version asks the model again.
"""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress

from pydantic import BaseModel

from app.blobs import store as media
from app.blobs.workspace import workspace
from app.config import get_settings
from app.core.telemetry import get_logger
from app.db import leases
from app.errors import Cancelled, NotFound, ShopReelError, Unavailable
from app.models import Scenario, TransitionKind
from app.providers.protocols import SpeechModel
from app.providers.registry import speech_model
from app.rendering import music
from app.rendering.beats import Beat, find_beat
from app.rendering.encode import SAMPLE_RATE
from app.rendering.jobs import SpeechJob
from app.rendering.own_sound import decode
from app.rendering.process import run_in_child
from app.rendering.schedule import END, schedule
from app.rendering.speech import Speech, from_bytes, recorded
from app.rendering.timeline import junctions
from app.rendering.transitions import choose
from app.rendering.voice import voice_for
from app.shorts.brand import END_CARD_SECONDS
from app.shorts.repository import Short
from app.shorts.steps.own_sounds import sound_file
from app.tasks.context import Interrupted, TaskContext
from app.tasks.lease_keeper import keeper

FPS = 30
_VERSION = 2
"""Raised when the same words would come to another timing."""
_LOOK = 0.1
"""Seconds between two looks whether another task has spoken."""
log = get_logger("voice")


class Spoken(BaseModel):
    """What a scene says."""

    key: str
    """Its media key (``Speech.to_bytes``)."""
    seconds: float


class Timing(BaseModel):
    """What was spoken for a scenario, and the frames of each of its scenes."""

    voice: str | None
    reason: str | None = None
    """Why the speech model that is set up was not used."""
    scenes: list[Spoken | None]
    frames: list[int]
    beat: Beat | None = None
    """Of the music; None: there is none, or none to hear."""

    def speech(self, number: int) -> Speech | None:
        """Return what scene ``number`` says. Raises NotFound or Unavailable, as ``media.get`` does."""
        spoken = self.scenes[number]
        return from_bytes(media.get(spoken.key)) if spoken else None


def timing(short: Short, scenario: Scenario, context: TaskContext) -> Timing:
    """Return the timing of a scenario, made at the first call.

    Raises:
        InvalidInput: the user's own sound cannot be read, or the voice that is wished for does not speak the language.
        Unavailable, WorkFailed: it cannot be had, or the media store does not answer.
    """
    model, reason = _model(scenario)
    own = getattr(voice_for(scenario.language, scenario.wishes.voice), "name", None)
    key = _key(short, scenario, model.name if model else own)
    # A model that failed has no film of this version any more.
    instead = _key(short, scenario, own, f"v{short.scenario_version}") if model else key
    name, owner = f"speech/{short.key}", f"{keeper.owner}/{context.task.task_id}"
    # It lasts as long as that on the task: of one that went away, was paused or put off, the next does the speaking.
    seconds = get_settings().task_lease_seconds
    while (kept := _kept(key, instead)) is None and not leases.take(name, owner, seconds):
        context.raise_if_over()
        time.sleep(_LOOK)
    if kept is not None:
        return _now(kept, model, reason)
    try:
        if (kept := _kept(key, instead)) is None:  # spoken by another between the look and the lease
            with keeper.keeping(owner):
                kept = _made(short, scenario, model, reason, context)
            chosen = instead if model and kept.reason else key
            media.put_once(chosen, kept.model_dump_json().encode())
            kept = _kept(chosen) or kept  # of two whose lease ran out, both take the first one's
        return _now(kept, model, reason)
    finally:
        with suppress(Unavailable):  # it runs out by itself
            leases.give_back(name, owner)


def _key(short: Short, scenario: Scenario, voice: str | None, only: str = "") -> str:
    """Return the media key of the timing by ``voice``; ``only``: what else it holds for."""
    wanted = json.dumps(
        [
            _VERSION,
            scenario.language,
            scenario.title,
            scenario.wishes.model_dump(mode="json"),
            [[scene.narration, scene.seconds] for scene in scenario.scenes],
            voice,
            only,
        ]
    )
    return media.short_key(short.key, f"timing-{hashlib.sha256(wanted.encode()).hexdigest()[:24]}.json")


def _now(kept: Timing, model: SpeechModel | None, reason: str | None) -> Timing:
    """Return what was kept with what is set up wrongly now, not then."""
    return kept if model else kept.model_copy(update={"reason": reason})


def _kept(*keys: str) -> Timing | None:
    for key in dict.fromkeys(keys):
        with suppress(NotFound):
            return Timing.model_validate_json(media.get(key))
    return None


def transitions(scenario: Scenario) -> list[TransitionKind]:
    """Return how the scenario's scenes, and an end card after them, give way to each other."""
    wishes = scenario.wishes
    return choose(wishes.style or "clean", wishes.set_mood, wishes.seed, len(scenario.scenes) + _has_end_card(scenario))


def overlaps(scenario: Scenario) -> list[int]:
    """Return the frames that each scene shares with the next, and the last with an end card.

    Planned lengths, which no voice changes, say how many: a scene needs to know no other's words.
    """
    planned = [round(scene.seconds * FPS) for scene in scenario.scenes]
    planned += [round(END_CARD_SECONDS * FPS)] if _has_end_card(scenario) else []
    return junctions(transitions(scenario), planned, FPS)


def _has_end_card(scenario: Scenario) -> bool:
    return scenario.wishes.brand is not None and scenario.wishes.brand.end_card is not None


def _model(scenario: Scenario) -> tuple[SpeechModel | None, str | None]:
    if scenario.wishes.voice != "auto" or scenario.wishes.voice_url:
        return None, None
    try:
        return speech_model(), None
    except ShopReelError as error:
        return None, str(error)


def _made(
    short: Short,
    scenario: Scenario,
    model: SpeechModel | None,
    reason: str | None,
    context: TaskContext,
) -> Timing:
    """Have the scenes spoken."""
    wishes = scenario.wishes
    texts = [scene.narration for scene in scenario.scenes]
    scenes: list[Spoken | None] = [None] * len(texts)
    if wishes.voice != "none" and not wishes.voice_url:
        if model is not None:
            try:
                for number, text in enumerate(texts):
                    context.raise_if_over()
                    scenes[number] = _by_model(short, text, scenario.language, model)
            except (Cancelled, Interrupted):
                raise
            except ShopReelError as error:
                # One film has one voice: what the model has spoken is kept for another try.
                log.warning("speech_model_not_used", model=model.name, reason=str(error))
                model, reason = None, str(error)
        if model is None:
            scenes = _by_this_machine(short, texts, scenario, context)
    wished = [scene.seconds for scene in scenario.scenes]
    beat = None
    with workspace() as folder:
        if wishes.voice_url:
            own = decode(sound_file(wishes.voice_url, "voice-over", context, folder), "voice-over")
            wished = _stretched(wished, own.shape[1] / SAMPLE_RATE + END)
        if wishes.music_url:
            beat = find_beat(decode(sound_file(wishes.music_url, "music", context, folder), "music"))
        elif wishes.music != "none":
            beat = music.beat(music.choose(wishes.set_mood, scenario.title, wishes.seed))
    spoken = [one.seconds if one else 0.0 for one in scenes]
    frames = schedule(wished, spoken, overlaps(scenario)[: len(spoken) - 1], FPS, beat)
    speaker = model or voice_for(scenario.language, wishes.voice)
    name = speaker.name if speaker and any(scenes) else None
    return Timing(voice=name, reason=reason, scenes=scenes, frames=frames, beat=beat)


def _stretched(wished: list[float], seconds: float) -> list[float]:
    return [one * seconds / sum(wished) for one in wished]


def _by_model(short: Short, text: str, language: str, model: SpeechModel) -> Spoken | None:
    """Return what a model has spoken, at this or at an earlier try.

    Raises Unavailable or WorkFailed, as ``SpeechModel.speak`` does.
    """
    if not text.strip():
        return None
    digest = hashlib.sha256(json.dumps([text, language, model.name]).encode()).hexdigest()[:24]
    key = media.short_key(short.key, f"speech-{digest}.npz")
    try:
        return Spoken(key=key, seconds=from_bytes(media.get(key)).seconds)
    except NotFound:
        said = model.speak(text, language)
    with workspace() as folder:
        (folder / "speech").write_bytes(said.data)
        speech = recorded(decode(folder / "speech", model.name), SAMPLE_RATE, text, model.name)
    media.put_once(key, speech.to_bytes())
    return Spoken(key=key, seconds=from_bytes(media.get(key)).seconds)


def _by_this_machine(short: Short, texts: list[str], scenario: Scenario, context: TaskContext) -> list[Spoken | None]:
    """Have the texts spoken in a child process, so that no engine can take the worker down."""
    language, wish = scenario.language, scenario.wishes.voice
    if voice_for(language, wish) is None:
        return [None] * len(texts)
    with workspace() as folder:
        job = SpeechJob(texts=texts, language=language, voice=wish, output=str(folder / "speech"))
        made = run_in_child(job, lambda share, step: context.raise_if_over(), get_settings().render_timeout_seconds)
        found: list[Spoken | None] = []
        for path in made.paths:
            if path is None:
                found.append(None)
                continue
            data = (folder / path).read_bytes()
            key = media.short_key(short.key, f"speech-{hashlib.sha256(data).hexdigest()[:24]}.npz")
            media.put(key, data)
            found.append(Spoken(key=key, seconds=from_bytes(data).seconds))
    return found
