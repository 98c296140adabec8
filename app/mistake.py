"""What a person typed that cannot be done."""


class Mistake(ValueError):
    """The message says in one line what is wrong, and names the file, option or value."""
