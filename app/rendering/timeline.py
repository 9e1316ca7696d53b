"""How clips lie in a film: neighbours overlap while one fades into the next."""

from __future__ import annotations

OVERLAP_SECONDS = 0.35


def overlap_frames(counts: list[int], fps: int) -> int:
    """Return by how many frames neighbours overlap: 0.35 s, or a third of the shortest clip if that is less."""
    return 0 if len(counts) < 2 else min(round(OVERLAP_SECONDS * fps), min(counts) // 3)


def starts(counts: list[int], fps: int) -> list[int]:
    """Return the frame on which each clip of ``counts`` frames begins."""
    overlap = overlap_frames(counts, fps)
    begins = [0]
    for count in counts[:-1]:
        begins.append(begins[-1] + count - overlap)
    return begins


def film_seconds(seconds: list[float], fps: int = 30) -> float:
    """Return the exact length of a film of clips of these lengths."""
    counts = [round(length * fps) for length in seconds]
    return (sum(counts) - overlap_frames(counts, fps) * (len(counts) - 1)) / fps
