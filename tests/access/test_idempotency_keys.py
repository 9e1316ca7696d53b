"""How idempotency keys are stored: whose they are can be told, and no caller's is one of ShopReel's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.access.idempotency import callers_key, key_for_step
from app.models import short_key

USERS = (
    st.none() | st.text("=s/tep".replace("/", ""), min_size=1, max_size=5) | st.sampled_from(["step", "cup", "=step"])
)
KEYS = st.text("=s/tep", min_size=1, max_size=9) | st.sampled_from(["step/cup/scrape", "cup/scrape", "/cup/scrape"])


@given(user=USERS, key=KEYS, other=USERS, other_key=KEYS)
def test_keys_of_two_users_and_of_steps_are_apart(
    user: str | None, key: str, other: str | None, other_key: str
) -> None:
    assert (callers_key(user, key) == callers_key(other, other_key)) == ((user, key) == (other, other_key))
    assert callers_key(user, key) != key_for_step(short_key("cup", other), "scrape", "scraping").key
