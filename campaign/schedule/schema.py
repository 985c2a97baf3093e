"""JSON Schemas of the files, made from the same forms that read them."""

from typing import Any

from campaign.schedule.forms import CAMPAIGN
from campaign.schedule.reading import Form, form_schema
from campaign.schedule.registries import REGISTRIES

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, dict[str, Any]]:
    """One schema per kind of file: campaign, contacts, facts, observances, places, partners, glossary."""
    registries = {name: _file(registry.told, registry.form) for name, registry in REGISTRIES.items()}
    return {"campaign": _file("One campaign: what it tells, when, in which languages", CAMPAIGN), **registries}


def _file(told: str, form: Form) -> dict[str, Any]:
    return {"$schema": DRAFT, "title": told, **form_schema(form)}
