"""The words of ``words/offers.json``, by which shop pages say what an amount is: lower case, mostly by language.

A word counts where it stands right before (or after) an amount, or alone as a label.
"""

from collections.abc import Mapping
from typing import Any

from app.extraction.word_patterns import word_table

Words = Mapping[str, tuple[str, ...]]


def _fixed(table: Any) -> Any:
    """Return a table with its lists as tuples."""
    return {name: _fixed(one) for name, one in table.items()} if isinstance(table, dict) else tuple(table)


_TABLE = _fixed(word_table("offers"))
FORMER_KINDS: Mapping[str, Words] = _TABLE["former"]
"""What a page calls a former price -> its words; where several fit, the first and longest counts.

``lowest_30_days`` is what the Union's directive on price reductions asks for, ``mrp`` the maximum retail price that is
printed on goods in India, ``rrp`` what a maker, a publisher or a catalogue asks for it, ``was`` what it cost before.
"""
BETWEEN: tuple[str, ...] = _TABLE["between"]
"""What may stand between such a word and its amount."""
FROM_BEFORE: Words = _TABLE["from before"]
FROM_AFTER: Words = _TABLE["from after"]
RANGE_SIGNS: tuple[str, ...] = _TABLE["range signs"]
"""What stands alone between the two ends of a range of prices."""
MEMBERS: Words = _TABLE["members"]
"""Words beside the price that only members, or holders of a card, pay."""
INSTALMENT_BEFORE: Words = _TABLE["instalment before"]
INSTALMENT_AFTER: Words = _TABLE["instalment after"]
"""Words beside a part of the price."""
OFFERS: Mapping[str, Words] = _TABLE["offers"]
"""Kind of offer -> labels and buttons that stand alone near the title or the price."""
BID_STAGES: Words = _TABLE["bid stages"]
"""Stage of an auction -> what stands beside the amount; else it is the current bid."""
BIDS: tuple[str, ...] = _TABLE["bids"]
CONDITION_LABELS = frozenset(_TABLE["condition labels"])
CONDITIONS: Mapping[str, Words] = _TABLE["conditions"]
"""How an item that is not new is called, behind a label of the condition."""
TITLE_CONDITIONS = frozenset(_TABLE["title conditions"])
"""Those of them that say so in a title too; "used" and "good" are words of many titles."""
SAVINGS: tuple[str, ...] = _TABLE["savings"]
"""Words beside a saving, in money or percent."""
RENTAL_UNITS = frozenset(_TABLE["rental units"])
ONLINE: tuple[str, ...] = _TABLE["online"]
"""Words beside what a visitor of the page pays, whatever the holders of a card pay."""
GROSS: tuple[str, ...] = _TABLE["gross"]
