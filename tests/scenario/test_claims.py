"""The claims checker against sentences that it has never seen, and against the writer's own."""

from __future__ import annotations

import pytest

from app.scenario.claims import unsupported
from app.scenario.supported import Supported
from tests.scenario.products import ALL
from tests.scenario.sentences import OPENERS, SUPPORTED, UNSUPPORTED


def corpus(sentences: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Each sentence alone and after an opener, so that what is judged is a claim and not its place."""
    return [
        (language, opener + (text if not opener else text[0].lower() + text[1:] if text[0].isalpha() else text))
        for language, texts in sentences.items()
        for text in texts
        for opener in OPENERS[language]
    ]


@pytest.fixture(scope="module")
def grounds() -> dict[str, Supported]:
    """Language -> what its product's page supports."""
    return {language: Supported(ALL[language], language) for language in SUPPORTED}


def test_no_supported_sentence_is_refused(grounds: dict[str, Supported]) -> None:
    told = corpus(SUPPORTED)
    assert len(told) >= 200
    refused = {text: list(found) for language, text in told if (found := list(unsupported(text, grounds[language])))}
    assert refused == {}


def test_unsupported_claims_are_caught(grounds: dict[str, Supported]) -> None:
    planted = corpus(UNSUPPORTED)
    assert len(planted) >= 200
    missed = [text for language, text in planted if not list(unsupported(text, grounds[language]))]
    assert len(missed) <= 0.05 * len(planted), missed
