"""What JSON can say and a text can't: an escape for half of a surrogate pair."""

import json


def is_text(value: object) -> bool:
    """Whether every text in a value that came from JSON can be written as UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
