-- What should be disconnected, and is not; the crons that should be off, and are not.
SELECT 'link ' || id
  FROM account_online_link
 WHERE is_previous IS NOT TRUE OR state != 'disconnected' OR auto_sync OR next_refresh IS NOT NULL
UNION ALL
SELECT 'cron ' || cron_name
  FROM ir_cron
 WHERE active AND cron_name IN ('Account: Journal online sync', 'Vendor sync')
