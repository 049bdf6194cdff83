from werkzeug.exceptions import RequestEntityTooLarge


def read_body(http, longest: int) -> bytes | None:
    """The body as it was sent; None when it is too large, whether or not it says so beforehand.

    The route's ``max_content_length`` must be ``longest + 1``, where reading stops without a word.
    """
    try:
        body = http.get_data()
    except RequestEntityTooLarge:  # it says its length
        return None
    return body if len(body) <= longest else None
