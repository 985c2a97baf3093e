"""Image cards: a template and words become a laid-out picture with alternative text, then pixels.

`layout` is pure and knows no pixel; `paint` draws what it decided; a flaw in either keeps a card from being drawn.
"""

from campaign.cards.flaws import CardError, Flaw
from campaign.cards.fonts import Engine, engine, missing_engine
from campaign.cards.studio import Studio

__all__ = ["CardError", "Engine", "Flaw", "Studio", "engine", "missing_engine"]
