"""Text that may hold secrets, made fit for a log."""

from __future__ import annotations

import re

USER_IN_URI = re.compile(r"//[^/\s]*@")
"""Up to the last ``@`` before the path: a password may hold one."""
SECRET_PARAMETERS = re.compile(
    r"([?&;](?:[\w.%-]*(?:token|secret|passw|signature|credential|api[-_]?key|access[-_]?key|auth|session)[\w.%-]*"
    r"|key|sig|hmac|pwd|pass|sid|jwt|policy|key-pair-id|hdnts)=)[^&;#\s]+",
    re.IGNORECASE,
)
"""Query parameters that open doors, in the words of common signed links (S3, GCS, Azure, CloudFront, Akamai, OAuth)."""

SHARE_TOKENS = re.compile(r"sh_[A-Za-z0-9_-]{20,}")
"""What opens a short to whoever has it, in the path of its page."""


def without_secrets(text: str) -> str:
    """Return ``text``, which may hold URLs, fit for a log: user names, passwords and tokens in them are left out."""
    return SHARE_TOKENS.sub("sh_***", SECRET_PARAMETERS.sub(r"\1***", USER_IN_URI.sub("//***@", text)))
