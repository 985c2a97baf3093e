"""The search for secrets after the suite finds them."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.canaries import CANARY, leaks


def test_a_secret_in_any_file_is_found(tmp_path: Path) -> None:
    bird = CANARY.upper().lower()
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "request.json").write_text(f'{{"token": "{bird}-1"}}')
    with closing(sqlite3.connect(tmp_path / "campaign.db")) as database:
        database.execute("CREATE TABLE note (value TEXT)")
        database.execute("INSERT INTO note VALUES (?)", (bird,))
        database.commit()
    found = [path.name for path in leaks(tmp_path)]
    shutil.rmtree(tmp_path / "outbox")
    (tmp_path / "campaign.db").unlink()
    assert found == ["campaign.db", "request.json"]


def test_the_folder_of_secrets_is_where_they_belong(tmp_path: Path) -> None:
    (tmp_path / "config" / "secrets").mkdir(parents=True)
    (tmp_path / "config" / "secrets" / "mastodon_token").write_text(CANARY)
    assert not list(leaks(tmp_path))
