-- A neutralized copy never calls a provider or a database, and holds nothing that opens a bank.
UPDATE online_proxy_provider
   SET enabled = FALSE
 WHERE simulated IS NOT TRUE;

UPDATE online_proxy_institution i
   SET offered = FALSE
 WHERE offered
   AND NOT EXISTS (
       SELECT 1
         FROM online_proxy_institution_route r
         JOIN online_proxy_provider p ON p.id = r.provider_id AND p.enabled
        WHERE r.institution_id = i.id AND r.active);

UPDATE online_proxy_client
   SET database_url = NULL
 WHERE is_local IS NOT TRUE;

UPDATE online_proxy_provider_setting
   SET value_encrypted = NULL;

UPDATE online_proxy_link
   SET tokens_encrypted = NULL,
       link_key = NULL,
       state = 'disconnected',
       reason = 'This is a neutralized copy of the proxy.'
 WHERE tokens_encrypted IS NOT NULL;

UPDATE online_proxy_client
   SET secret_encrypted = NULL,
       next_secret_encrypted = NULL,
       previous_secret_encrypted = NULL,
       phone_encrypted = NULL;

UPDATE online_proxy_subscription
   SET code_hash = NULL;

DELETE FROM online_proxy_connect;

DELETE FROM online_proxy_code;
