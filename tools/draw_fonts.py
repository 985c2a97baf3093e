"""Cuts the fonts that cards fall back on, assets/fonts/Noto*.ttf, out of the Noto fonts.

python tools/draw_fonts.py [FOLDER]     # FOLDER keeps what was fetched: npm packages and a Debian package

Needs npm, apt-get and dpkg-deb, and once the network. The sources are pinned by version and hash, so the same files
come out anywhere. What each file is for, and its licence: assets/fonts/README.md.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools import merge, subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent.parent / "assets" / "fonts"
OWN = FONTS / "SourceSans3-Regular.otf"
NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]
"""What stays of the name table: copyright, names, version, licence."""


@dataclass(frozen=True, slots=True)
class Source:
    """A font file in an npm package, or in Debian's where the version stands behind `=`."""

    package: str
    file: str
    sha256: str


SANS, HEBREW = "@expo-google-fonts/noto-sans@0.4.2", "@expo-google-fonts/noto-sans-hebrew@0.4.1"
ARABIC, MATH = "@expo-google-fonts/noto-sans-arabic@0.4.3", "@expo-google-fonts/noto-sans-math@0.4.2"
SYMBOLS, SYMBOLS_2 = "@expo-google-fonts/noto-sans-symbols@0.4.1", "@expo-google-fonts/noto-sans-symbols-2@0.4.1"
SOURCES = {
    "NotoSans-Regular": Source(
        SANS,
        "package/400Regular/NotoSans_400Regular.ttf",
        "fe8c022f48d8dd29f17b744d16f9346f4357e16f7d4f7be58b000ae7c291b614",
    ),
    "NotoSans-Bold": Source(
        SANS, "package/700Bold/NotoSans_700Bold.ttf", "13a813c49624ae3ba3c5c6e72c5ebffc4b9e1e6ea32f421c04069b037c6ad431"
    ),
    "NotoSansHebrew-Regular": Source(
        HEBREW,
        "package/400Regular/NotoSansHebrew_400Regular.ttf",
        "e0ee753f09733337b9236221018d4bf71fd6d06c87dd76bbc83120514bc55911",
    ),
    "NotoSansHebrew-Bold": Source(
        HEBREW,
        "package/700Bold/NotoSansHebrew_700Bold.ttf",
        "8010b087f33f152e25aef020e68cb5568d6f8deebb6dde8f60d655196e59ebde",
    ),
    "NotoSansArabic-Regular": Source(
        ARABIC,
        "package/400Regular/NotoSansArabic_400Regular.ttf",
        "252629ca0e87b6233851249b8cbf7b43445211a8caf199f1b306a19202251508",
    ),
    "NotoSansArabic-Bold": Source(
        ARABIC,
        "package/700Bold/NotoSansArabic_700Bold.ttf",
        "a86a704ff8b315082f4859b04c2f8f746f4cefb14553ef10505f143e0d4829d3",
    ),
    "symbols": Source(
        SYMBOLS,
        "package/400Regular/NotoSansSymbols_400Regular.ttf",
        "aedeec1cd0514930aeeafc4a88a6deff83cda1e6b58086f0b9bb9c7dd0157578",
    ),
    "symbols 2": Source(
        SYMBOLS_2,
        "package/400Regular/NotoSansSymbols2_400Regular.ttf",
        "f67f40c65f929f029827ab37cfdc4897dfd9ae3c28d9e98ba46e0d52e39eb97e",
    ),
    "math": Source(
        MATH,
        "package/400Regular/NotoSansMath_400Regular.ttf",
        "b4a1dfdbfa13b4755e5eac20cb25c1d17ed5a745ceb89639595e8cf45a2b1e07",
    ),
    "NotoColorEmoji": Source(
        "fonts-noto-color-emoji=2.042-0+deb12u1",
        "usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
        "e5899ed38b8ed83e08bd3ac5de09791e9d19d288333a796de1d35ad17396f1ec",
    ),
}

# ---------------------------------------------------------------- what is kept


def spans(text: str) -> set[int]:
    """`41-5A 2B0` as code points."""
    ends = [part.partition("-")[::2] for part in text.split()]
    return {point for first, last in ends for point in range(int(first, 16), int(last or first, 16) + 1)}


BASES = spans("41-5A 61-7A 300-36F 410-44F")
"""Accents, and the letters that take them."""
RARE_LETTERS = spans("C0-24F 2B0-3FF 400-52F 1E00-1EFF 2070-209F 20A0-20CF")
PUNCTUATION = spans("20-2F 3A-40 5B-60 7B-7E A0 AB BB 2010-201F 2026 25CC")
HEBREW_SCRIPT, ARABIC_SCRIPT = spans("20AA 590-5FF FB1D-FB4F"), spans("600-6FF FDFA-FDFC")
SIGNS = spans("2100-22FF 2300-230F 2318-232B 23CE-23FA 2460-24FF 25A0-27BF 27F5-27FF 2B05-2B0D 2B12-2B1C 2B50-2B55")

EMOJI = """
🙂 😊 😀 😉 🥰 😢 😭 😔 😟 😨 😡 🤔 🤗 😷 👀 👁️ 👂 🧠 👣
👋 ✋ 🖐️ 👍 👎 👏 🙌 🙏 🤝 💪 👉 👈 👆 👇 ☝️ ✌️ ✊ ✍️ 🤲 🫶 🤞
❤️ 🧡 💛 💚 💙 💜 🖤 🤍 🤎 💔 ❤️‍🩹 💕 ♥️ 🫂 🎗️ 🕯️ 🕊️
✅ ☑️ ✔️ ❌ ✖️ 🚫 ⛔ 🛑 ⚠️ ❗ ❓ ‼️ ℹ️ 🆘 🆓 🆕 ⭕ 🔴 🟠 🟡 🟢 🔵 🟣 ⚫ ⚪ 🔶 🔷 ⭐ 🌟 ✨ 🔥 💯 ♻️ ♿ ➕ ➖ ▶️ ♀️ ♂️
➡️ ⬅️ ⬆️ ⬇️ ↗️ ↘️ ↩️ 🔄 🔗 0️⃣ 1️⃣ 2️⃣ 3️⃣ 4️⃣ 5️⃣ 6️⃣ 7️⃣ 8️⃣ 9️⃣ 🔟 #️⃣
📅 📆 🗓️ ⏰ ⏱️ ⌛ ⏳ ⌚ 🕘 🕙 🕛 🕒 🕕
📞 ☎️ 📱 📧 ✉️ 📩 📬 📢 📣 🔔 💬 🗨️ 🗣️ 📰 📺 📻 🎙️ 🎤 💻 🖥️ 🌐
👤 👥 👩 👨 🧑 👧 👦 🧒 👶 👵 👴 🧓 👪 👨‍👩‍👧 👨‍👩‍👦 👨‍👩‍👧‍👦 👩‍👧 👩‍👦 👨‍👧 👨‍👦 👩‍👧‍👦 👭 👫 👬 🧑‍🤝‍🧑 🤰 🤱
🙋 🙋‍♀️ 🙋‍♂️ 🚶 🚶‍♀️ 🚶‍♂️ 👮 👮‍♀️ 🧑‍⚖️ 👩‍⚖️ 🧑‍⚕️ 👩‍⚕️ 👩‍🏫 🧑‍🏫 👷 👷‍♀️ 🧑‍🌾 👩‍🍳 🧑‍🍳 👩‍💻 🧑‍💼 👩‍💼 🧑‍🎓 👩‍🎓 🧑‍🔧 🧑‍🏭 🕵️
🏠 🏡 🏘️ 🏢 🏥 🏫 🏛️ 🏭 🏨 🏪 ⛪ 🗺️ 📍 🧭 🌍 🚪 🛏️
✈️ 🛫 🛬 🚌 🚐 🚗 🚕 🚆 🚢 🚚 🚲 🚓 🚑 🚒 🛂 🛃 🧳 🎒 🪪 🎫 🛣️ 🚦
🔨 🛠️ 🔧 ⚙️ 🧰 🧹 🧤 🏗️ 🧵 ✂️ 💼 📋 📄 📝 ✏️ 🖊️ 📎 📌 🗂️ 📊 📈 📉 🧾 🔍 💡 🎯
💶 💰 💳 💸 🪙 🏦 ⚖️ 🔒 🔓 🔑 🛡️ ⛓️ 🔐 📜 🚨 🔦
📚 📖 🎓 🧩 🎨 🎵 🎭 🎬 📷 🎥 🎧 🎁 🎈 🎉 🏆 🏅 ⚽ 🧸 🎶
☀️ 🌤️ ⛅ ☁️ 🌧️ ⛈️ ❄️ ☔ 🌈 🌙 🌱 🌿 🍀 🌳 🌲 🍂 🌸 🌷 🌹 🌻 🌼 💐 🌊 🦋 🐝 🍎 ☕ 🍞 🍽️ 🎂 🎄 💧
🩺 💊 🩹 🧼 🍼 ♾️
🇱🇻 🇱🇹 🇪🇪 🇪🇺 🇺🇦 🇺🇳 🇵🇱 🇫🇮 🇸🇪 🇩🇰 🇳🇴 🇮🇸 🇩🇪 🇦🇹 🇨🇭 🇳🇱 🇧🇪 🇱🇺 🇫🇷 🇪🇸 🇵🇹 🇮🇹 🇲🇹 🇬🇷 🇨🇾 🇨🇿 🇸🇰 🇭🇺 🇸🇮 🇭🇷 🇷🇴 🇧🇬
🇮🇪 🇬🇧 🇲🇩 🇬🇪 🏳️
"""
"""What a campaign writes about: help, time, people and families, travel, work, money, law, the year, the flags."""

# ---------------------------------------------------------------- sources


def fetched(source: Source, folder: Path) -> Path:
    """The font file of a source, unpacked below the folder and proved by its hash."""
    place = folder / source.package.replace("/", "_")
    if not (place / source.file).exists():
        place.mkdir(parents=True, exist_ok=True)
        (unpack_npm if source.package.startswith("@") else unpack_debian)(source.package, place)
    path = place / source.file
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != source.sha256:
        raise SystemExit(f"{source.package} holds another {path.name} than expected: {found}")
    return path


def unpack_npm(package: str, place: Path) -> None:
    subprocess.run(["npm", "pack", "--silent", package], cwd=place, check=True)
    with tarfile.open(next(place.glob("*.tgz"))) as archive:
        archive.extractall(place, filter="data")


def unpack_debian(package: str, place: Path) -> None:
    subprocess.run(["apt-get", "download", "--quiet", package], cwd=place, check=True)
    subprocess.run(["dpkg-deb", "--extract", next(place.glob("*.deb")), place], check=True)


# ---------------------------------------------------------------- cutting


def cut(path: Path, points: set[int], out: Path, prepared: Any = None) -> Path:
    """A subset that keeps what shaping needs and drops hinting, which Pillow's text does not show."""
    options = subset.Options(
        layout_features=["ccmp", "locl", "isol", "init", "medi", "fina", "rlig", "calt", "liga", "mark", "mkmk"],
        hinting=False,
        name_IDs=NAMES,
        notdef_outline=True,
        recalc_timestamp=False,
        drop_tables=["vhea", "vmtx", "DSIG", "meta", "STAT"],
    )
    font = prepared or subset.load_font(path, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=points)
    cutter.subset(font)
    font.save(out)
    return out


def cut_signs(sources: dict[str, Path], points: set[int], out: Path, scratch: Path) -> None:
    """The signs of three fonts in one: what an earlier font has is left out of the later ones."""
    parts = []
    for name in ("symbols", "symbols 2", "math"):
        found = points & set(TTFont(sources[name]).getBestCmap())
        parts.append(cut(sources[name], found, scratch / f"{name}.ttf"))
        points = points - found
    font = merge.Merger(merge.Options(drop_tables=["GDEF", "GSUB", "GPOS"])).merge(parts)
    first = TTFont(parts[0])["head"]
    font["head"].created, font["head"].modified = first.created, first.modified
    font.recalcTimestamp = False
    font.save(out)


def cut_emoji(path: Path, out: Path) -> None:
    """Single emoji by their code points; sequences (flags, families, keycaps) by the ligatures that make them."""
    font = TTFont(path, recalcTimestamp=False)
    sequences = [emoji.replace("\ufe0f", "") for emoji in EMOJI.split()]
    letters = font.getBestCmap()
    wanted = {tuple(letters[ord(sign)] for sign in sequence) for sequence in sequences if len(sequence) > 1}
    keep_ligatures(font["GSUB"].table, wanted)
    cut(path, {ord(sign) for sequence in sequences for sign in sequence}, out, font)


def keep_ligatures(table: Any, wanted: set[tuple[str, ...]]) -> None:
    """Of all sequences only these; and no picture of an unknown flag for the others."""
    for record in table.FeatureList.FeatureRecord:
        record.Feature.LookupListIndex, record.Feature.LookupCount = [0], 1
    for subtable in table.LookupList.Lookup[0].SubTable:
        kept = {
            first: [ligature for ligature in ligatures if written(first, ligature) in wanted]
            for first, ligatures in subtable.ligatures.items()
        }
        subtable.ligatures = {first: ligatures for first, ligatures in kept.items() if ligatures}
        wanted = wanted - {written(first, one) for first, ligatures in kept.items() for one in ligatures}
    if wanted:
        raise SystemExit(f"the emoji font has no {wanted}")


def written(first: str, ligature: Any) -> tuple[str, ...]:
    return (first, *ligature.Component)


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1] if sys.argv[1:] else scratch)
        sources = {name: fetched(source, folder) for name, source in SOURCES.items()}
        own = set(TTFont(OWN).getBestCmap())
        for weight in ("Regular", "Bold"):
            for family, points in (
                ("NotoSans", BASES | (RARE_LETTERS - own)),
                ("NotoSansHebrew", HEBREW_SCRIPT | PUNCTUATION),
                ("NotoSansArabic", ARABIC_SCRIPT | PUNCTUATION),
            ):
                cut(sources[f"{family}-{weight}"], points, FONTS / f"{family}-{weight}.ttf")
        cut_signs(sources, SIGNS - own, FONTS / "NotoSansSymbols-Regular.ttf", Path(scratch))
        cut_emoji(sources["NotoColorEmoji"], FONTS / "NotoColorEmoji.ttf")
    for path in sorted(FONTS.glob("Noto*")):
        print(f"{path.stat().st_size:9,} {len(TTFont(path).getBestCmap()):5} {path.name}")


if __name__ == "__main__":
    main()
