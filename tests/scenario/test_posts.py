"""Posts: each network's own limits hold for any script, and every word is the script's."""

from __future__ import annotations

import pytest

from app.models import Scenario, Scene, Wishes
from app.scenario.posts import NETWORKS, Network, post_for, posts_of, x_weight

SCENE = Scene(role="hook", image="https://shop.example/1.jpg", motion="zoom_in", seconds=12)
ADDRESS = "https://shop.example/products/cup"


def script(title: str, description: str, tags: list[str]) -> Scenario:
    return Scenario(title=title, description=description, hashtags=tags, language="en", wishes=Wishes(), scenes=[SCENE])


SHORT = script("Keeps tea warm – Steel cup", f"It holds 300 ml.\nSteel cup: €12.50\n{ADDRESS}", ["#Hearth", "#Cup"])
LONG = script(
    "保温杯" * 45, "\n".join([f"Line {number}: " + "wörter 茶 " * 12 for number in range(20)] + [ADDRESS])[:1990],
    [f"#Tag{number}" for number in range(10)],
)  # fmt: skip


@pytest.mark.parametrize("network", NETWORKS, ids=lambda one: one.name)
@pytest.mark.parametrize("scenario", [SHORT, LONG], ids=["short", "long"])
def test_a_post_holds_whole_lines_of_the_script_and_no_more_than_its_network_takes(
    network: Network, scenario: Scenario
) -> None:
    post = post_for(network, scenario)
    assert post.length == network.count(post.text) <= network.limit
    lines = post.text.splitlines()
    tags = lines.pop().split() if lines[-1].startswith("#") else []
    assert set(lines) <= {scenario.title, *(line.strip() for line in scenario.description.splitlines())}
    assert 0 < len(tags) <= network.hashtags
    assert tags == scenario.hashtags[: len(tags)]
    assert (ADDRESS in post.text) == (network.links and ADDRESS in scenario.description)
    if network.title:
        assert post.title is not None
        assert len(post.title) <= network.title
        assert scenario.title.startswith(post.title)
    else:
        assert lines[0] == scenario.title


def test_every_network_names_where_its_limits_are_said() -> None:
    assert [post.network for post in posts_of(SHORT)] == ["tiktok", "instagram", "youtube", "facebook", "x"]
    assert all(network.source.startswith("https://") for network in NETWORKS)


def test_x_counts_addresses_as_23_and_what_is_not_latin_twice() -> None:
    assert x_weight("cup") == 3
    assert x_weight(f"cup {ADDRESS}") == 4 + 23
    assert x_weight("茶杯") == 4
    assert x_weight("cafe\u0301") == 4
