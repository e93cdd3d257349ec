"""What libraries and proxies put around the name of a model, beside what clouds do."""

from __future__ import annotations

import re
from collections.abc import Callable

#: What libraries put around a name, and how a provider and its model are written.
_ROUTES = (
    (r"^litellm_proxy/", ""),
    (r"^(?:vertex_ai/)?publishers/[a-z]+/models/", "vertex_ai/"),
    (r"^models/(?=gem)", "google/"),
    (r"^(bedrock|openai|azure)/(?:converse|converse_like|invoke|responses)/", r"\1/"),
    (r"^(?:amazon|aws|bedrock)/(?:amazon\.)?(nova-(?:\d-)?[a-z]+)(?:-v1)?$", r"aws/amazon.\1-v1:0"),
)


def unrouted(name: str, called: Callable[[str], str | None]) -> str:
    """A name without what libraries put around it, as a provider and its model.

    Parameters
    ----------
    name : as somebody writes it. called : the provider of a word, where it is one's name.

    Examples
    --------
    >>> unrouted("bedrock/converse/amazon.nova-lite-v1:0", {}.get)
    'bedrock/amazon.nova-lite-v1:0'
    >>> unrouted("openai:gpt-4o", {"openai": "openai"}.get), unrouted("llama3:8b", {}.get)
    ('openai/gpt-4o', 'llama3:8b')
    """
    for pattern, plain in _ROUTES:
        name = re.sub(pattern, plain, name)
    word, colon, model = name.partition(":")
    return f"{word}/{model}" if colon and called(word) else name
