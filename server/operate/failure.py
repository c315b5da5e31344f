"""What went wrong, for a person at a terminal."""


class Failure(Exception):
    """The message is a plain sentence that says what to do; the command ends with exit code 1."""
