"""Headers of the pages that users see: no third party, no frame, no trace in caches."""

PERMISSIONS = 'camera=(), geolocation=(), microphone=(), payment=()'


def secure(response, *, open_form=False):
    """Put the security headers on a page.

    :param open_form: the page posts a form to a bank, whose address (and where it leads on to) no
        policy can name beforehand.
    """
    policy = [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        *(() if open_form else ("form-action 'self'",)),
    ]
    response.headers.update({
        'Content-Security-Policy': '; '.join(policy),
        'Referrer-Policy': 'no-referrer',
        'X-Content-Type-Options': 'nosniff',
        'X-Frame-Options': 'DENY',
        'Permissions-Policy': PERMISSIONS,
        'Cache-Control': 'no-store',
    })
    return response
