"""The database roles, none of which may bypass row-level security.

`aftercart_face` sees only the store it is bound to; `aftercart_worker` works for all stores;
`aftercart_edge` may add to the inbox, read what verifies a webhook, and read tracking pages.
"""

FACE = "aftercart_face"
WORKER = "aftercart_worker"
EDGE = "aftercart_edge"

STORE_SETTING = "aftercart.store"

_CREATE_ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
    BEGIN
      CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
END $$
"""

# Granted anew each time: from Postgres 16 on, whoever makes a role is its member, and yet may not
# act as it. Who may not grant has been granted it by whoever made the roles.
_GRANT_MEMBERSHIP = """
DO $$ BEGIN
  GRANT {role} TO {member};
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$
"""

_BY_DEFAULT = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT"

ROLE_STATEMENTS = [
    *(_CREATE_ROLE.format(role=role) for role in (FACE, WORKER, EDGE)),
    *(_GRANT_MEMBERSHIP.format(role=role, member="CURRENT_USER") for role in (FACE, WORKER, EDGE)),
    _GRANT_MEMBERSHIP.format(role=FACE, member=WORKER),
    f"GRANT USAGE ON SCHEMA public TO {FACE}, {WORKER}, {EDGE}",
    f"{_BY_DEFAULT} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {FACE}, {WORKER}",
    f"{_BY_DEFAULT} USAGE, SELECT ON SEQUENCES TO {FACE}, {WORKER}",
]
