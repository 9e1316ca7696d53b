"""The pages; importing one registers it."""

from app.web.pages import batch as batch
from app.web.pages import brand as brand
from app.web.pages import edit as edit
from app.web.pages import make as make
from app.web.pages import reports as reports
from app.web.pages import sessions as sessions
from app.web.pages import short as short
from app.web.pages import shorts as shorts
from app.web.pages import system as system
from app.web.pages import variants as variants

from app.web.pages import nowhere as nowhere  # isort: skip (the last: its path takes all that is left)
