"""The pages; importing one registers it."""

from app.web.pages import make as make
from app.web.pages import review as review
from app.web.pages import short as short
