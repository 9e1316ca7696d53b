"""What kind of thing a product is, in six languages, and how it is named aloud and on screen."""

from app.scenario.naming.kinds import Kind as Kind
from app.scenario.naming.kinds import kind_of as kind_of
from app.scenario.naming.names import Name as Name
from app.scenario.naming.names import spoken_name as spoken_name
from app.scenario.naming.screen import screen_name as screen_name
