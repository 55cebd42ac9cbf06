"""Finding orders by number, e-mail or name through their indexes, although row-level security stands.

Under row-level security Postgres uses an index only for conditions whose functions are leakproof;
`upper`, `lower` and LIKE are not, so a search would read all orders of the store. This function runs
as the tables' owner, with the bound store as a condition of its own that no caller can change.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION orders_matching(numbers text[], email_address text, name_pattern text, most integer)
RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT id FROM orders_order
  WHERE store_id = nullif(current_setting('aftercart.store', true), '')::bigint
    AND upper(number) = ANY (numbers)
  UNION
  SELECT id FROM orders_order
  WHERE store_id = nullif(current_setting('aftercart.store', true), '')::bigint
    AND lower(email) = email_address AND email_address <> ''
  UNION
  (SELECT id FROM orders_order
   WHERE store_id = nullif(current_setting('aftercart.store', true), '')::bigint
     AND lower(customer_name) LIKE name_pattern AND name_pattern <> ''
   ORDER BY placed_at DESC LIMIT most)
$$
"""
RIGHTS = """
REVOKE ALL ON FUNCTION orders_matching(text[], text, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION orders_matching(text[], text, text, integer) TO aftercart_face;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_fulfillments_listed")]

    operations = [
        migrations.RunSQL(
            CREATE + ";" + RIGHTS,
            "DROP FUNCTION orders_matching(text[], text, text, integer)",
        ),
    ]
