"""The edge adds deliveries without reading them, and knows of a connection what verifies it."""

from django.db import migrations

TIGHTEN = """
REVOKE ALL ON intake_inboxentry, intake_connection FROM aftercart_edge;
GRANT INSERT (store_id, connection_id, dedupe_key, topic, headers, body, received_at, due_at),
  SELECT (store_id, connection_id, dedupe_key, state, received_at, due_at)
  ON intake_inboxentry TO aftercart_edge;
GRANT SELECT (id, store_id, public_id, system, state, settings, credentials, removed_at, due_at),
  UPDATE (error, error_at) ON intake_connection TO aftercart_edge;

REVOKE INSERT, UPDATE, DELETE ON intake_workerbeat FROM aftercart_face;
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_import_pieces")]

    operations = [migrations.RunSQL(TIGHTEN, migrations.RunSQL.noop)]
