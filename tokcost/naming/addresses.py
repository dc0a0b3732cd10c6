"""Names inside what stands around them in consoles, code and access logs: an address, a method, quotes, a key."""

from __future__ import annotations

import re

# Of the Gemini API and Vertex AI.
_METHOD = re.compile(
    r":(?:(?:stream|batch)?generatecontent|(?:batch)?embedcontents?|counttokens"
    r"|(?:stream)?rawpredict|(?:serverstreaming)?predict)(?:\?.*)?$"
)
_QUOTED = re.compile(r"""(["'`])(.+)\1,?""")
_KEY = re.compile(r"(?:model|model_name|model_id|modelid|deployment)\s*[:=]\s*(?=\S)")
_DEPLOYMENT = re.compile(r"(?:.*/)?deployments/([^/?]+)(?:[/?].*)?")
_BEDROCK = re.compile(r"model/(.+?)(?:/(?:converse|converse-stream|invoke|invoke-with-response-stream))?")
_AT_AZURE = (".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com", ".inference.ai.azure.com")


def unwrapped(text: str) -> str:
    """The name alone, or the form of it that names its seller; "" for an address that says no model.

    >>> unwrapped("model: 'gpt-4o'"), unwrapped("/openai/deployments/gpt-4o/chat/completions?api-version=1")
    ('gpt-4o', 'azure/gpt-4o')
    """
    if key := _KEY.match(text):
        text = text[key.end() :]
    if quoted := _QUOTED.fullmatch(text):
        text = quoted[2].strip()
    if text.startswith(("https://", "http://")):
        text = _at_host(*text.partition("://")[2].partition("/")[::2])
    elif text.startswith(("/", "openai/deployments/", "azure/deployments/", "subscriptions/")) and text[1:2] != "/":
        text = _of_azure(text)
    return _METHOD.sub("", text)


def _at_host(host: str, path: str) -> str:
    path = path.partition("?")[0]
    if host.endswith(_AT_AZURE):
        return _of_azure(path)
    if host.endswith("aiplatform.googleapis.com"):
        return f"//{host}/{path}"
    if host == "generativelanguage.googleapis.com":
        return path[path.find("models/") :] if "models/" in path else ""
    if found := re.fullmatch(r"bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com", host):
        model = _BEDROCK.fullmatch(path)
        return f"bedrock/{found[1]}/{model[1].replace('%3a', ':')}" if model else ""
    return ""


def _of_azure(path: str) -> str:
    """A deployment goes by a name of one's own, which most often is that of its model."""
    found = _DEPLOYMENT.fullmatch(path)
    return f"azure/{found[1]}" if found else path
