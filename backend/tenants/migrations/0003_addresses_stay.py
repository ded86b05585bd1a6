"""Host names of active municipalities are printed in QR codes: nobody, the owner of the database either, takes one away.

Of a municipality that is still being made nothing was printed.
"""

from django.db import migrations

_RAISES = """
CREATE FUNCTION a_printed_address_stays() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' OR EXISTS (
    SELECT FROM tenants_municipality WHERE id = OLD.tenant_id AND state = 'ACTIVE'
  ) THEN
    RAISE EXCEPTION 'a printed address stays: QR codes lead to it' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER a_printed_address_is_not_deleted BEFORE DELETE ON tenants_domain
  FOR EACH ROW EXECUTE FUNCTION a_printed_address_stays();
CREATE TRIGGER a_printed_address_is_not_changed BEFORE UPDATE ON tenants_domain
  FOR EACH ROW WHEN (OLD.domain IS DISTINCT FROM NEW.domain OR OLD.tenant_id IS DISTINCT FROM NEW.tenant_id)
  EXECUTE FUNCTION a_printed_address_stays();
CREATE TRIGGER printed_addresses_are_not_truncated BEFORE TRUNCATE ON tenants_domain
  FOR EACH STATEMENT EXECUTE FUNCTION a_printed_address_stays();
"""
_UNDO = """
DROP TRIGGER printed_addresses_are_not_truncated ON tenants_domain;
DROP TRIGGER a_printed_address_is_not_changed ON tenants_domain;
DROP TRIGGER a_printed_address_is_not_deleted ON tenants_domain;
DROP FUNCTION a_printed_address_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_tax_rut")]

    operations = [migrations.RunSQL(_RAISES, _UNDO)]
