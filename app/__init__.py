"""ShopReel: a product page in, a short vertical video out, and a session for every step under way."""

__version__ = "0.1.0"
