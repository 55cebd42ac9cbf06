"""The pages' role asks for jobs without seeing those of others, and leaves Django's own tables alone."""

from django.db import migrations

TIGHTEN = """
REVOKE ALL ON pgqueuer, pgqueuer_log, pgqueuer_schedules, pgqueuer_statistics FROM aftercart_face;
GRANT INSERT, SELECT (id, priority, entrypoint, dedupe_key, status) ON pgqueuer TO aftercart_face;
GRANT INSERT ON pgqueuer_log TO aftercart_face;

REVOKE INSERT, UPDATE, DELETE ON
  django_migrations, django_content_type, auth_permission, auth_group, auth_group_permissions,
  core_user_groups, core_user_user_permissions
FROM aftercart_face, aftercart_worker;
REVOKE DELETE ON core_account, core_store, core_user FROM aftercart_face;

REVOKE ALL ON core_event_rest FROM aftercart_face, aftercart_worker;

REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM aftercart_edge;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM aftercart_edge;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(TIGHTEN, migrations.RunSQL.noop)]
