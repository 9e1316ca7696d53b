"""ShopReel: a product page in, a short vertical video out, and a session for every step under way."""

__version__ = "0.1.0"

import os

# onnxruntime, which speaks and reads, reports to its makers from the moment of its import unless told not to.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
