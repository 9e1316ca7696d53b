"""The words of ``words/stock.json`` for "sold out", "in stock", "buy" and "tell me when it is back", lower case.

What turns such a word around, or says it of something else, are patterns by language.
"""

from app.extraction.word_patterns import word_table, words_in

_TABLE = {kind: tuple(words) for kind, words in word_table("stock").items() if isinstance(words, list)}
OUT_OF_STOCK = _TABLE["out of stock"]
IN_STOCK = _TABLE["in stock"]
BUY = _TABLE["buy"]
BUY_ALONE = _TABLE["buy alone"]
"""Labels that sell only when they stand alone: within a sentence they mean much else."""
SUBJECTLESS = _TABLE["subjectless"]
"""Of what these are said must be told: "3 colours available" is no word on the stock of the product."""
SUBJECTS = frozenset(_TABLE["subjects"])
"""Words that may stand before one of them."""
SCARCE = _TABLE["scarce"]
"""Scarce is not gone, though a negation stands beside it."""
NOTIFY = _TABLE["notify"]
NEGATIONS = words_in("stock", "negation")
"""They turn an in-stock word around: "not yet available"."""
CAN_NOT, BE_BOUGHT = words_in("stock", "can not"), words_in("stock", "be bought")
BRANCHES = words_in("stock", "branch")
"""The shops of a chain, where a product may be had or not."""
OTHER_SUBJECTS = [*words_in("stock", "other subject"), *BRANCHES]
"""What else than the product a note may call unavailable: a branch, a service, a coupon."""
