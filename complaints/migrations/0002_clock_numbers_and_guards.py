"""What models cannot say: the clock, the sequence behind references, and the triggers that keep the record."""

from django.db import migrations

CLOCK = """
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT clock_timestamp() + coalesce((SELECT "offset" FROM complaints_clockoffset WHERE id = 1), interval '0') $$;
"""

GUARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON complaints_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON complaints_accesslog
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]

    operations = [
        migrations.RunSQL(CLOCK, "DROP FUNCTION app_now()"),
        migrations.RunSQL("CREATE SEQUENCE complaint_number", "DROP SEQUENCE complaint_number"),
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER event_is_append_only ON complaints_event;"
            "DROP TRIGGER access_log_is_append_only ON complaints_accesslog; DROP FUNCTION refuse_change()",
        ),
    ]
