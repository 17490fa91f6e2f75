class Failed(Exception):  # noqa: N818 - it is what the exhibition says when it ends badly
    """The exhibition cannot go on; the text says what was expected and what came."""
