"""The picture of a task's states and of its session, as SVG that suits light and dark pages."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT = 840, 430


@dataclass(frozen=True)
class State:
    """A box."""

    name: str
    x: int
    y: int
    colour: str


@dataclass(frozen=True)
class Move:
    """An arrow: a path, and where its words stand."""

    path: str
    words: str
    x: int
    y: int


BOX = (130, 46)
STATES = (
    State("queued", 60, 130, "#4f6bd8"),
    State("running", 330, 130, "#1f9d68"),
    State("retrying", 330, 300, "#c98a12"),
    State("completed", 640, 60, "#1f9d68"),
    State("failed", 640, 130, "#c9403a"),
    State("cancelled", 640, 200, "#7d8590"),
)
MOVES = (
    Move("M190 153 H322", "claim", 256, 143),
    Move("M460 143 C540 143 560 83 632 83", "complete", 528, 92),
    Move("M460 153 H632", "fail", 585, 147),
    Move("M460 163 C540 163 560 223 632 223", "cancel", 530, 222),
    Move("M380 176 V292", "fail, retries left", 372, 240),
    Move("M410 300 V184", "when due", 418, 240),
    Move("M330 166 C280 205 240 205 190 168", "lease ran out, hand back", 258, 216),
)


def states_svg() -> str:
    """Return the picture."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="Inter, Helvetica, Arial, sans-serif" font-size="14">',
        "<title>The states of a task, and while its session exists</title>",
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 L10 5 L0 10 z" fill="#7d8590"/></marker></defs>',
        '<rect x="30" y="30" width="460" height="370" rx="18" fill="#4f6bd8" fill-opacity=".09" stroke="#4f6bd8" '
        'stroke-opacity=".6" stroke-dasharray="6 5"/>',
        '<text x="50" y="60" fill="#4f6bd8" font-weight="600">the session is there, active</text>',
    ]
    parts += [
        f'<path d="{move.path}" fill="none" stroke="#7d8590" stroke-width="1.8" marker-end="url(#tip)"/>'
        for move in MOVES
    ]
    for move in MOVES:
        side = "end" if move.words.startswith("fail,") else "start" if move.words == "when due" else "middle"
        parts.append(f'<text x="{move.x}" y="{move.y}" text-anchor="{side}" fill="#7d8590">{move.words}</text>')
    for state in STATES:
        width, height = BOX
        parts.append(
            f'<rect x="{state.x}" y="{state.y}" width="{width}" height="{height}" rx="10" fill="{state.colour}"/>'
        )
        parts.append(
            f'<text x="{state.x + width // 2}" y="{state.y + 29}" text-anchor="middle" fill="#fff" '
            f'font-weight="600" font-size="16">{state.name}</text>'
        )
    parts += [
        '<text x="705" y="286" text-anchor="middle" fill="#7d8590">the session is gone</text>',
        '<text x="705" y="308" text-anchor="middle" fill="#7d8590">(a scenario’s: completed or failed,</text>',
        '<text x="705" y="327" text-anchor="middle" fill="#7d8590">until the scenario is saved)</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
