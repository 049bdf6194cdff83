"""Texts that a bank could send and that must travel unchanged, harming nothing on their way."""

HOSTILE_TEXTS = (
    "<script>alert('sandbox')</script>",
    '"><img src=x onerror=alert(1)> & &amp; &#60;b&#62;',
    "Robert'); DROP TABLE account_bank_statement_line;--",
    '{{ 7 * 7 }} ${7*7} <t t-esc="1"/> %(name)s {0} %s',
    '=HYPERLINK("https://example.org","click") +1+1 @SUM(A1)',
    'Café 👩‍👩‍👧‍👦 naïve 🏦 Ω≈ç√ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
    'مدفوعات الفاتورة ١٢٣ \u202eesrever\u202c תשלום',
    '两千字的摘要' * 333 + '完',
    'tab\there, line\nfeed, no-break\u00a0space, zero\u200bwidth',
    'Ünïcödé in two ways: \u00e9 e\u0301 \ufb01',
    '../../etc/passwd C:\\Windows\\ file:///etc/hosts javascript:alert(1)',
)
