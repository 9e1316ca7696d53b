"""What the class, id and test names of a page's parts say of the text that stands in them."""

import re
from functools import lru_cache
from typing import NamedTuple

from app.extraction.marks import judge_marks
from app.extraction.word_patterns import quick

MAX_MARKS = 2000
# Words in the class or id of parts that are not about this product: other products, the shop's frame, orders, parcels,
# payment, sellers, messages, guides.
APART = quick(
    r"related|recommend|recomend|(?<![a-z])recos?(?![a-z])|up-?sell|cross-?sell|similar|also[-_]?(?:like|bought|view)|recently|"
    r"last-?(?:viewed|seen)|best-?seller|mini-?cart|cart-?drawer|side-?cart|cookie|consent|newsletter|navigation|"
    r"(?<![a-z])[hm]?menu(?![a-z])|mega-?menu|main-?menu|drop-?menu|(?<![a-z])nav-?(?:skip|link|item|bar|menu|ajax|prime)|skip-?(?:link|to|nav)|"
    r"footer|sponsored|product[-_]?carousel|carousel-product|products?[-_]?grid|"
    r"product-?list|breadcrumb|off-?canvas|autocomplete|log-?in\b|sign-?in|\bshare(?!d)|social|wishlist|"
    r"size-?(?:guide|chart|grid)|buying-?guide|guide-?(?:container|text)|text-?e?guide|country-?select|language-?select|"
    r"site-?header|page-?header|search|copyright|\bchat|feedback|fdbk|store-?(?:locator|pickup|finder)|"
    r"payment|financ|klarna|instal+ment|vorschlag|tooltip|pagination|buying-?options|"
    r"protection|histogram|popover|bottom-?sheet|\bpromo(?:tion)?s?\b|promo-?(?:message|bucket|banner)|quick-?promo|"
    r"out-?of-?stock|availability|unavailable|newer-?version|guarantee|fine-?print|\bterms|offer-?terms|no-online-product|"
    r"(?<![a-z])deliver(?:y|ies)(?![a-z])|deliver(?:y|ies)-?(?:option|info|message|summary|detail|slot|price|date)|"
    r"(?<![a-z])shipping|shipping-?(?:info|summary|message|detail|option|section|cost)|ships-?(?:from|to)|shipment|postage|post-?code|"
    r"livraison|(?<![a-z])versand(?![a-z])|spedizion|pick-?up-?(?:store|option|point|info)|"
    r"notification|product-?alert|\bnotices?\b|(?<![a-z])alerts?(?![a-z])|toast|error-?(?:msg|message|text|box)|"
    r"price-?(?:message|match|note|info)|"
    r"sell-?with|sell-?on|loyalty|premium-?(?:info|member)|sr-only|visually-?hidden|screen-?reader|"
    r"disclaimer|(?<![a-z])legal(?![a-z])|merchant|auctioneer|(?<!best)(?<!best[-_])seller-?(?:info|card|name|profile|detail|feedback|rating)|"
    r"trade-?in(?![a-z])|gift-?(?:wrap|option|message|card|text|receipt)|used-?buy|autorip|compar(?:e|ison)(?![a-z])|bestie|competitor|"
    r"copy-?link|accessib|a11y|acsb|userway|advices?(?![a-z])|(?<![a-z])ratgeber|"
    r"prod(?:uct)?-?author|author-?(?:bio|info|about|desc)|about-?(?:the-?)?author|biograph"
)
CHOICE_MARKS = re.compile(
    r"(?<![a-z])(?:sizes?|colou?rs?|swatch(?:es)?|variants?|variations?|farben?|tailles?|couleurs?|coloris|tall[ae]s|"
    r"colores|taglie|colori)(?:[-_]?(?:select(?:or|ion)?s?|picker|list|options?|swatch(?:es)?|chooser|wrap(?:per)?|"
    r"container|block|section|group|values?|buttons?|box))?(?![a-z])"
)
"""Words in the class or id of parts in which a buyer may choose."""
# The same of parts within a line, whose marks often name what they say rather than where they stand.
APART_INLINE = re.compile(r"sr-only|visually-?hidden|screen-?reader|off-?screen|tooltip|cookie")
REVIEW_MARKS = quick(
    r"review|testimonial|comment|rezension|bewertung|opinion|avis\b|recens|\bugc|top-?ratings|trustpilot|yotpo|feefo"
)
DOUBTFUL = quick(
    r"modal(?!ity)|pop-?up|dialog|overlay|drawer|drop-?down|side-?sheet|(?<![a-z])price|banner|(?<![a-z])oly(?![a-z])"
)
"""Words in the class or id of parts that may describe the product, and mostly say something else."""
DESCRIBES = quick(
    r"descri|desc\b|product-?desc|beschreib|popis|\bopis|omschrij|features?(?![-_]?div|d)|bullet|benefit|highlight|"
    r"spec(?:s\b|ific)|detail-?(?:text|content|info|list|tab)|"
    r"product-?(?:info|detail|text|content|about|summary|benefit)|about|overview|accordion|"
    r"tab-?(?:content|pane|panel)|"
    r"composition|material|ingredient|aplus|rte\b|wysiwyg|rich-?text|copytext|kenmerk|merkmal|caracter|caratter|ficha"
)
"""Words in the class or id of parts that describe the product."""


class Standing(NamedTuple):
    """What the marks of an element say of whether its text is read at all."""

    apart: bool
    apart_inline: bool
    choice: bool


NOWHERE = Standing(False, False, False)


class Meaning(NamedTuple):
    """What the marks of a part say of the lines that stand in it."""

    reviews: bool
    doubtful: bool
    hidden: bool
    describes: bool


NOTHING = Meaning(False, False, False, False)


@lru_cache(maxsize=16_384)
def standing(marks: str) -> Standing:
    """Return what marks say; many elements share theirs, so the answers are kept."""
    marks = marks[:MAX_MARKS]
    return Standing(bool(APART.search(marks)), bool(APART_INLINE.search(marks)), bool(CHOICE_MARKS.search(marks)))


@lru_cache(maxsize=16_384)
def meaning(marks: str) -> Meaning:
    """Return what marks say; the answers are kept, too."""
    if not marks:
        return NOTHING
    marks = marks[:MAX_MARKS]
    return Meaning(
        reviews=bool(REVIEW_MARKS.search(marks)),
        doubtful=bool(DOUBTFUL.search(marks)),
        hidden=judge_marks(marks).hidden,
        describes=bool(DESCRIBES.search(marks)),
    )
