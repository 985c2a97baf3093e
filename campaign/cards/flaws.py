"""What keeps a card or photo from being drawn; the caller adds the file and line it came from."""

from dataclasses import dataclass

from campaign.errors import CampaignError

ALT = "IMG01"  # alternative text empty or too long
LEGIBLE = "IMG03"  # contrast, size, a missing glyph
UNKNOWN = "CRD01"  # no such template, size or language
FIELDS = "CRD02"  # a field is unknown, missing or of the wrong kind
OVERFLOW = "CRD03"  # the words do not fit
TEMPLATE = "CRD04"  # a template, theme, font or logo cannot be used
PHOTO = "CRD05"  # a picture file is missing or refused


@dataclass(frozen=True, slots=True)
class Flaw:
    """One reason, in the team's words; `field` is the card's field it is about, `file` a card file that is wrong."""

    code: str
    message: str
    hint: str = ""
    field: str = ""
    file: str = ""
    line: int = 0
    column: int = 0


def said(flaw: Flaw) -> str:
    """A flaw in one line, with its place where it has one."""
    place = f"{flaw.file}:{flaw.line}:{flaw.column}: " if flaw.file else ""
    return f"{place}{flaw.code} {flaw.message}" + (f" ({flaw.hint})" if flaw.hint else "")


class CardError(CampaignError):
    """A picture that was laid out cannot be painted after all."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        super().__init__("\n".join(said(flaw) for flaw in flaws))
        self.flaws = flaws
