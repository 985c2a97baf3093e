"""Nostr's keys and signatures: what makes an event ours.

https://github.com/nostr-protocol/nips/blob/master/19.md, https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from types import ModuleType

from pydantic import SecretStr

from campaign.errors import AccountBlocked

Tags = Sequence[Sequence[str]]
Event = dict[str, object]
"""As the standard has it: id, pubkey, created_at, kind, tags, content, sig."""

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
NOBODY = "0" * 64
INSTALL = "Nostr needs two more packages: pip install 'campaign-publisher[nostr]'."


def secret_key(written: str) -> bytes:
    """The 32 bytes of a private key, written as `nsec1…` or in hexadecimal; `ValueError` for anything else."""
    key = bytes.fromhex(written) if re.fullmatch(r"[0-9a-fA-F]{64}", written) else _bytes_of("nsec", written)
    if len(key) != 32 or not 0 < int.from_bytes(key) < ORDER:
        raise ValueError("not a private key")
    return key


def private_key(secret: SecretStr) -> SecretStr:
    """The setting, if it holds such a key; the error does not repeat it."""
    try:
        secret_key(secret.get_secret_value())
    except ValueError:
        raise ValueError("a private key is written as nsec1… or as 64 hexadecimal digits") from None
    return secret


def public_key(secret: bytes) -> str:
    """In hexadecimal; nobody's where there is no secret."""
    if not secret:
        return NOBODY
    found: bytes = _curve().PublicKeyXOnly.from_secret(secret).format()
    return found.hex()


def npub(public: str) -> str:
    """A public key as people pass it on."""
    words = _regrouped(bytes.fromhex(public), 8, 5)
    checksum = _checksum([*_expanded("npub"), *words, 0, 0, 0, 0, 0, 0]) ^ 1
    words += [checksum >> 5 * (5 - place) & 31 for place in range(6)]
    return "npub1" + "".join(LETTERS[word] for word in words)


def signed(secret: bytes, kind: int, created: int, tags: Tags, content: str) -> Event:
    """The event; without a secret it is nobody's and has no signature."""
    author = public_key(secret)
    canonical = json.dumps([0, author, created, kind, tags, content], ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).digest()
    event: Event = {"id": digest.hex(), "pubkey": author, "created_at": created, "kind": kind, "tags": tags}
    return event | {"content": content, "sig": _signature(secret, digest) if secret else ""}


def _signature(secret: bytes, digest: bytes) -> str:
    found: bytes = _curve().PrivateKey(secret).sign_schnorr(digest)
    return found.hex()


def _curve() -> ModuleType:
    """The library that knows the curve; it is an extra."""
    try:
        import coincurve
    except ModuleNotFoundError:
        raise AccountBlocked(INSTALL) from None
    return coincurve


def _bytes_of(prefix: str, written: str) -> bytes:
    marked, _, rest = written.lower().rpartition("1")
    words = [LETTERS.find(letter) for letter in rest]
    if marked != prefix or -1 in words or _checksum([*_expanded(prefix), *words]) != 1:
        raise ValueError(f"not written as {prefix}1…")
    return bytes(_regrouped(words[:-6], 5, 8)[:32])


def _expanded(prefix: str) -> list[int]:
    codes = prefix.encode()
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def _checksum(words: Iterable[int]) -> int:
    total = 1
    for word in words:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ word
        for bit, value in enumerate(GENERATOR):
            total ^= value if top >> bit & 1 else 0
    return total


def _regrouped(words: Iterable[int], wide: int, wanted: int) -> list[int]:
    """The same bits in words of another width; what is missing at the end is filled with zeros."""
    bits = "".join(f"{word:0{wide}b}" for word in words)
    bits += "0" * (-len(bits) % wanted)
    return [int(bits[place : place + wanted], 2) for place in range(0, len(bits), wanted)]
