"""Reading what a team writes: `schedules/` → `model.Schedules`, with every mistake told in the team's words.

`yaml` makes a bounded tree whose nodes know their place, `reading` fills forms from it, `kinds`, `parts` and `forms`
say which keys there are and what they take, `words` and `rules` understand times, `entries`, `campaigns`,
`registries` and `pages` build the model's values, `folder` reads everything. `mistakes.CODES` lists what can be wrong.
"""

from campaign.schedule.folder import read
from campaign.schedule.schema import json_schema

__all__ = ["json_schema", "read"]
