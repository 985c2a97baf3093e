"""Alembic runs inside the transaction it is given; there is no offline mode."""

from alembic import context

from campaign.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
