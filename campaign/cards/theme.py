"""How cards look and how large they are: colours by role, fonts, text styles, sizes."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


def _upwards(sizes: tuple[int, int]) -> tuple[int, int]:
    if sizes[0] > sizes[1]:
        raise ValueError(f"the smallest size {sizes[0]} is larger than the largest {sizes[1]}")
    return sizes


Range = Annotated[
    tuple[int, int],
    AfterValidator(_upwards),
    Field(description="smallest and largest text size in pixels of the size `og`"),
]
Colour = Annotated[
    str, Field(pattern=r"^[a-z_]+(@0?\.\d+)?$", description="a role of the tone, `ground@.14` for a tint of it")
]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Shape = Literal["wide", "tall"]


class Data(BaseModel):
    """What is read from a file: unknown keys are refused, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Style(Data):
    """How a kind of text looks; `leading` is the distance of baselines in text sizes."""

    font: Name
    size: Range
    leading: float = Field(default=1.2, ge=1, le=2)
    colour: Colour = "text"


Mix = Annotated[
    str, Field(pattern=r"^(none|[a-z_]+(@0?\.\d+)?)$", description="a colour of the theme, tinted, or none")
]


class Tone(Data):
    """What colour each role has on one kind of ground; templates name roles only."""

    ground: Mix
    depth: Annotated[Mix, Field(description="the other end of the ground's gradient")]
    text: Mix
    soft: Annotated[Mix, Field(description="secondary text")]
    mark: Annotated[Mix, Field(description="labels, signs, check marks, numbers to call")]
    accent: Annotated[Mix, Field(description="edges and plates that draw the eye")]
    rule: Annotated[Mix, Field(description="thin lines")]
    band: Annotated[Mix, Field(description="a span of days; the quiet bars of a chart")]
    motif: Annotated[Mix, Field(description="the large rings behind everything; none for none")]
    alert: Annotated[Mix, Field(description="the plate of what was moved or called off")]
    on_alert: Mix


class Theme(Data):
    """Colours, fonts, logo and text styles that all templates share: one file for an organisation to make its own."""

    colours: dict[Name, Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]]
    tones: dict[Name, Tone]
    fonts: dict[Name, str]
    fallback: Annotated[dict[Name, tuple[Name, ...]], Field(description="font → fonts asked for what it lacks")] = {}
    emoji: Annotated[Name | None, Field(description="a CBDT font of colour pictures")] = None
    logo: str
    smallest: int = Field(default=28, ge=28, description="no text is ever drawn smaller than this")
    styles: dict[Name, Style]

    @model_validator(mode="after")
    def _tones_name_its_colours(self) -> Self:
        mixes = ((name, mix) for name, tone in self.tones.items() for mix in dict(tone).values())
        for name, mix in mixes:
            if mix != "none" and mix.partition("@")[0] not in self.colours:
                raise ValueError(f"the tone {name} names a colour “{mix}” that is not among the colours")
        return self

    @model_validator(mode="after")
    def _styles_name_its_fonts(self) -> Self:
        fallen = (font for name, others in self.fallback.items() for font in (name, *others))
        for font in (*(style.font for style in self.styles.values()), *fallen, self.emoji):
            if font and font not in self.fonts:
                raise ValueError(f"“{font}” is not among the fonts")
        return self


class Size(Data):
    """One size that cards come in."""

    pixels: tuple[Annotated[int, Field(ge=200, le=4000)], Annotated[int, Field(ge=200, le=4000)]]
    shape: Shape
    scale: float = Field(default=1, ge=0.5, le=3, description="how much larger text and gaps are than in `og`")
    bytes: int = Field(default=950_000, ge=20_000, description="no file of this size is ever larger")
    density: int = Field(default=1, ge=1, le=3, description="painted so many times finer, for print")
    format: Literal["web", "pdf"] = "web"
