"""What a Messages request to Claude is billed.

The text behind a request was worked out on recordings: it costs what the real one costs, it need not
be it. ``hidden`` holds the numbers with their days (``hidden.toml``), ``wording`` the text of tools,
calls and results, ``spoken`` and ``turns`` the two ways in which a conversation is put together,
``attached`` what is not text, ``request`` the whole.
"""
