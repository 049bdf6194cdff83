-- The 1,500th feed row fails, as if the power went: the table appears during the installation only.
CREATE FUNCTION power_cut() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id > 1500 THEN RAISE 'power cut'; END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION cut_power() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass('account_online_transaction') IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'power_cut')
    THEN
        CREATE TRIGGER power_cut BEFORE INSERT ON account_online_transaction
            FOR EACH ROW EXECUTE FUNCTION power_cut();
    END IF;
END $$;
CREATE EVENT TRIGGER cut_power ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION cut_power();
