"""Product + pictures + wishes -> scenario."""

from __future__ import annotations

from app.errors import InvalidInput
from app.models import ImageAnalysis, Product, Scenario, Scene, Support, Wishes
from app.scenario.audience import audience_of, style_for
from app.scenario.manner import PACES
from app.scenario.pictures import choose_motions, spread_images, usable_images
from app.scenario.script.brief import Brief, brief_of
from app.scenario.script.language import rate_of
from app.scenario.script.plan import (
    FEWEST_SCENES,
    MOST_SCENES,
    SCENE_SECONDS,
    Draft,
    Hook,
    gathered,
    hooks,
    plan,
    shortened,
)
from app.scenario.speech import share_seconds
from app.scenario.wording import spoken_words

SHORTEST_SCENE, LONGEST_SCENE = 1.8, 7.0
READ_WORDS_A_SECOND = 3.4
PAUSE = 0.35
LONGEST_HOOK, SHORTEST_SHOWN = 2.9, 1.5
THIN, FEWEST_FULL = 0.6, 4
"""A script that needs less of its time, or has fewer scenes, is told in ``LONGEST_THIN`` seconds at most."""
SHORTEST_VIDEO, LONGEST_THIN = 10.0, 12.0


def write(product: Product, images: list[ImageAnalysis], wishes: Wishes) -> Scenario:
    brief = brief_of(product, wishes)
    usable = usable_images(product, images)
    ways = hooks(brief)
    wanted = max(FEWEST_SCENES, min(MOST_SCENES, round(wishes.seconds / SCENE_SECONDS)))
    if not ways:
        raise InvalidInput("too little to tell: the page says nothing of the product but its name and price")
    hook = _chosen(ways, brief, wishes)
    drafts = plan(brief, hook, wanted)
    rate = rate_of(brief.code) * PACES[wishes.mood].speech
    seconds = wishes.seconds
    drafts = gathered(shortened(drafts, rate, seconds, spoken_words))
    needs = [_need(draft, rate) for draft in drafts]
    if sum(needs) < THIN * seconds or len(drafts) < FEWEST_FULL:
        seconds = max(SHORTEST_VIDEO, min(seconds, LONGEST_THIN, round(sum(needs) * 1.25, 1)))
    lengths = _lengths(needs, seconds)
    audience = wishes.audience or audience_of(product)
    style = wishes.style or style_for(audience)
    pictures = spread_images(usable, [draft.image_role for draft in drafts], wishes.seed, product.images[0])
    motions = choose_motions(pictures, wishes.width, wishes.height, wishes.seed)
    scenes = [
        Scene(
            role=draft.role, image=picture.url, motion=motion, on_screen_text=draft.screen, badge=draft.badge,
            narration=draft.say, seconds=length, layout=draft.layout, points=draft.points,
            facts=[Support(text=text, facts=paths) for text, paths in draft.sources.items() if text and len(text) <= 400],
        )
        for draft, picture, motion, length in zip(drafts, pictures, motions, lengths, strict=True)
    ]  # fmt: skip
    return Scenario(
        title=brief.shown_name[:150], language=brief.code, wishes=wishes.model_copy(update={"style": style}), arc=hook.arc,
        audience=audience, scenes=scenes,
    )  # fmt: skip


def _lengths(needs: list[float], seconds: float) -> list[float]:
    """Return each scene's length: what it needs, and its share of the rest; the hook is over within three seconds."""
    first = min(max(needs[0], SHORTEST_SCENE), LONGEST_HOOK)
    scale = (seconds - first) / sum(needs[1:])
    lengths = [first, *(max(SHORTEST_SHOWN, round(need * scale, 2)) for need in needs[1:])]
    longest = lengths.index(max(lengths[1:]), 1)
    lengths[longest] = round(lengths[longest] + seconds - sum(lengths), 2)
    return lengths


def _chosen(ways: list[Hook], brief: Brief, wishes: Wishes) -> Hook:
    if wishes.arc is not None and (fitting := [way for way in ways if way.arc == wishes.arc]):
        return fitting[wishes.seed % len(fitting)]
    best: list[Hook] = []
    for way in ways:
        if all(way.arc != other.arc for other in best):
            best.append(way)
    return best[wishes.seed % len(best)]


def _need(draft: Draft, rate: float) -> float:
    read = len(" ".join([draft.screen, draft.badge, *(text for point in draft.points for text in point.texts)]).split())
    said = spoken_words(draft.say) / rate + PAUSE if draft.say else 0.0
    return min(LONGEST_SCENE, max(SHORTEST_SCENE, said, read / READ_WORDS_A_SECOND))
