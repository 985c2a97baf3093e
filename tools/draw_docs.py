"""Draw the pictures of the documentation from what the program really makes.

    python tools/draw_docs.py [FOLDER]     # default: docs/images/ of this repository

The sample workspace's September and October 2023 are rehearsed into a folder that is thrown away; Chromium, as the
system has it, photographs a card beside its post and the month page.
"""

import argparse
import datetime as dt
import html
import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, FloatRect, sync_playwright

from campaign.rehearsal import rehearse
from campaign.web.app import serve
from campaign.web.public import Public
from campaign.workspace import open_workspace

ROOT = Path(__file__).parent.parent
DAYS = (dt.date(2023, 9, 1), dt.date(2023, 10, 31))
ENTRY = "eu-anti-trafficking-day-2023_safe-work-abroad"
LANGUAGES = ("lv", "en")
COLOURS = 255
MARGIN = 24
STYLE = """
* { box-sizing: border-box; margin: 0 }
body { background: #fff; color: #14233b; font: 16px/1.5 "Source Sans 3", sans-serif; width: 60rem }
body { padding: .25rem .25rem 0 }
section { display: grid; grid-template-columns: 34rem 1fr; margin-bottom: 1rem; border: 1px solid #d9dfe8;
          border-radius: .75rem; overflow: hidden }
section:last-child { margin-bottom: 0 }
img { display: block; width: 100% }
div { padding: 1rem 1.25rem; background: #fff; border-left: 1px solid #d9dfe8; align-content: center }
h2 { font-size: .8rem; font-weight: 600; color: #5b6779; margin-bottom: .5rem }
p { white-space: pre-line; overflow-wrap: anywhere; font-size: .95rem; line-height: 1.4 }
@font-face { font-family: "Source Sans 3"; src: url(SourceSans3-Regular.otf) }
@font-face { font-family: "Source Sans 3"; font-weight: 600; src: url(SourceSans3-Semibold.otf) }
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "images")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as made, sync_playwright() as playwright:
        rehearse(open_workspace(ROOT, "demo"), DAYS, into=Path(made) / "var")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        draw_post(browser, Path(made), folder / "post.png")
        draw_month(browser, Path(made) / "var" / "public", folder / "month.png")


def draw_post(browser: Browser, made: Path, target: Path) -> None:
    """One card beside its post, as it would go to Mastodon, in two languages."""
    posts = [post(made / "var" / "outbox" / f"{ENTRY}_mastodon_{language}", made) for language in LANGUAGES]
    for name in ("Regular", "Semibold"):
        shutil.copyfile(ROOT / "assets" / "fonts" / f"SourceSans3-{name}.otf", made / f"SourceSans3-{name}.otf")
    page = made / "post.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{''.join(posts)}", encoding="utf-8")
    photograph(browser, page.as_uri(), target, width=960)


def post(folder: Path, made: Path) -> str:
    """One recorded request as a piece of the page."""
    body = json.loads((folder / "request.json").read_text(encoding="utf-8"))["body"]
    picture = made / f"{folder.name}.png"
    shutil.copyfile(folder / "picture-1.png", picture)
    words = f"<h2>mastodon · {body['language']}</h2><p>{html.escape(body['status'])}</p>"
    return f'<section><img src="{picture.name}" alt=""><div>{words}</div></section>'


def draw_month(browser: Browser, public: Path, target: Path) -> None:
    """The page of September 2023."""
    server = serve(Public.load(public), port=0)
    try:
        photograph(browser, f"http://127.0.0.1:{server.port}/lv/2023/09/", target, width=1100, down_to="table")
    finally:
        server.stop()


def photograph(browser: Browser, url: str, target: Path, *, width: int, down_to: str = "body") -> None:
    """A page down to the end of an element, in few colours so that the file stays small."""
    page = browser.new_page(viewport={"width": width, "height": 100}, device_scale_factor=1.5)
    page.goto(url)
    box = page.locator(down_to).first.bounding_box()
    if box is None:
        raise SystemExit(f"{url} does not show {down_to}")
    clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": box["y"] + box["height"] + MARGIN}
    page.screenshot(path=target, full_page=True, clip=clip)
    page.close()
    with Image.open(target) as picture:
        reduced = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    reduced.save(target, optimize=True)


if __name__ == "__main__":
    main()
