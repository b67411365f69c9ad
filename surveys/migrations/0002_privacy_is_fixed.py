"""The privacy of a survey, once chosen, changes for no one: not even for SQL (counting rule 21)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION surveys_refuse_privacy_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'La confidentialité d’une enquête se choisit à sa création et ne change plus.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'survey_privacy_is_fixed';
END $$;
CREATE TRIGGER survey_privacy_is_fixed
    BEFORE UPDATE OF privacy ON surveys_survey
    FOR EACH ROW WHEN (OLD.privacy IS DISTINCT FROM NEW.privacy)
    EXECUTE FUNCTION surveys_refuse_privacy_change();
"""
BACKWARD = """
DROP TRIGGER survey_privacy_is_fixed ON surveys_survey;
DROP FUNCTION surveys_refuse_privacy_change();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
