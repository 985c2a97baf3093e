"""The command line. Each command imports what it needs when it runs, so that `--help` answers at once.

Exit codes: 0 fine, 1 problems found, 2 wrong usage.
"""

import sys

import typer

from campaign.cli.accounts import register as register_accounts
from campaign.cli.cards import register as register_cards
from campaign.cli.corrections import register as register_corrections
from campaign.cli.deliveries import register as register_deliveries
from campaign.cli.running import register as register_running
from campaign.cli.schedules import register as register_schedules
from campaign.errors import CampaignError

cli = typer.Typer(
    name="campaign",
    help="Plain files say what an awareness campaign tells, when and in which languages; "
    "this makes every outlet say exactly that, once and on time.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for register in (
    register_schedules,
    register_cards,
    register_running,
    register_deliveries,
    register_corrections,
    register_accounts,
):
    register(cli)


def main() -> None:
    """Run one command; what cannot be done is said in words."""
    try:
        cli()
    except CampaignError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        sys.stderr.write(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}\n")
        sys.exit(1)
