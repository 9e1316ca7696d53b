"""Shop platforms whose pages have fixed places for what a product page says.

To add one, add a row to ``platform_table.py``: two signs that its pages carry, and the selectors of its fields
(``docs/extraction.md`` shows it by example). A selector may end in `` @name``: then the attribute is read and not the
text. What a row leaves out is found as on any other page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Places = tuple[str, ...]


@dataclass(frozen=True)
class Platform:
    """One platform. A page is known by its ``host`` alone; without one, by two points.

    ``host`` and ``generator`` are regular expressions; the generator counts two points, each of ``signs`` one.
    """

    name: str
    host: str = ""
    generator: str = ""
    signs: Places = ()
    fields: Mapping[str, Places] = field(default_factory=dict)
    """Field -> selectors, the first that holds a value wins."""
    in_stock: Places = ()
    """Selectors of what stands on a page only while the product can be bought."""
    sold_out: Places = ()
    number_in_address: str = ""
    only: frozenset[str] = frozenset()
    """Fields that stand in these places or nowhere on the page: all else belongs to neighbours."""
    state_in_cents: bool = False
    """Whole prices in the page's embedded data count cents."""
