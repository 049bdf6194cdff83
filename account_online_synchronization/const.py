"""Closed lists of values that several models share."""

LINK_STATES = [
    ('connected', "Connected"),
    ('error', "Error"),
    ('disconnected', "Disconnected"),
]

# What the user is sent to the bank for, as the proxy's interface names it; ``reactivate`` leads to
# the proxy's own page.
CONNECT_MODES = [
    ('update_credentials', "Update Credentials"),
    ('reconnect', "Reconnect"),
    ('fetch_accounts', "Fetch Accounts"),
    ('refresh', "Confirm with a Code"),
    ('reactivate', "Reactivate"),
]

ACCOUNT_TYPES = [
    ('checking', "Current Account"),
    ('savings', "Savings"),
    ('credit_card', "Credit Card"),
    ('loan', "Loan"),
    ('investment', "Investment"),
    ('cash', "Cash"),
    ('other', "Other"),
]

ID_GRADES = [
    ('strong', "Strong"),
    ('weak', "Weak"),
    ('positional', "Positional"),
    ('absent', "Absent"),
]

FEED_STATES = [
    ('pending', "Pending"),
    ('imported', "Imported"),
    ('to_import', "To Be Imported"),
    ('waiting', "Waiting for an Open Period"),
    ('to_review', "To Review"),
    ('quarantined', "Quarantined"),
    ('ignored', "Ignored"),
    ('removed', "Removed by the Bank"),
]

REVIEW_KINDS = [
    ('changed', "Changed by the bank"),
    ('removed', "Removed by the bank"),
    ('id_conflict', "One identifier, two contents"),
    ('possible_pair', "Possibly known already"),
    ('possible_duplicate', "Possibly sent twice"),
    ('ambiguous_link', "Several entries could be this one"),
    ('unmatched_after_switch', "Unclear since the connection was renewed"),
]

REVIEW_DECISIONS = [
    ('accept_bank', "Bank accepted"),
    ('keep_books', "Books kept"),
    ('settled', "Settled by the bank's list"),
]

RUN_TRIGGERS = [
    ('cron', "Automatic"),
    ('user', "By hand"),
    ('ping', "Told by the bank"),
    ('finder', "Search for missing transactions"),
]

RUN_STATES = [
    ('running', "Running"),
    ('done', "Done"),
    ('partial', "Some accounts failed"),
    ('in_progress', "Bank still working"),
    ('user_action', "Waiting for the user"),
    ('failed', "Failed"),
]

STATEMENT_GROUPINGS = [
    ('none', "No statement"),
    ('day', "Daily"),
    ('week', "Weekly"),
    ('fortnight', "Every two weeks"),
    ('month', "Monthly"),
]

# Reviews of rows that are not in the books yet.
HELD_BACK = (
    'id_conflict',
    'possible_pair',
    'possible_duplicate',
    'ambiguous_link',
    'unmatched_after_switch',
)
