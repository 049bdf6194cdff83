-- A copy for tests asks no bank and pretends to be nobody.
DELETE FROM account_online_registration;
UPDATE account_online_link
   SET state = 'disconnected', auto_sync = FALSE, needs_user = FALSE, sync_job = NULL;
