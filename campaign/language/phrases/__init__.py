"""What the product itself says, phrase by phrase, in every language it speaks.

One table per audience, all of one form: name → language → wording with `{fields}`. A wording that counts something
is itself a table by plural class, chosen by the field `n`.
"""

from campaign.language.phrases.events import EVENTS
from campaign.language.phrases.mail import MAIL
from campaign.language.phrases.pages import PAGES
from campaign.language.phrases.posts import POSTS
from campaign.language.phrases.words import WORDS

PHRASES = {**WORDS, **EVENTS, **POSTS, **PAGES, **MAIL}
TABLES = (WORDS, EVENTS, POSTS, PAGES, MAIL)
