"""Keys of every form, drawn by chance, as they stand in texts; and names that are none."""

from __future__ import annotations

import base64
import json
import string
from collections.abc import Callable, Mapping
from random import Random
from urllib.parse import quote

_LETTERS, _DIGITS, _HEX = string.ascii_letters, string.digits, "0123456789abcdef"
_WORD = _LETTERS + _DIGITS
_URL = _WORD + "-_"
_BASE64 = _WORD + "+/"
_BASE32 = string.ascii_uppercase + "234567"


def _jwt(random: Random) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    body = base64.urlsafe_b64encode(f'{{"sub":"{drawn(_WORD, 10, random)}"}}'.encode()).decode().rstrip("=")
    return f"{head}.{body}.{drawn(_URL, 43, random)}"


def drawn(alphabet: str, length: int, random: Random) -> str:
    """So many characters by chance; never words, for there is a digit and both cases where there can be."""
    while True:
        text = "".join(random.choice(alphabet) for _ in range(length))
        if length < 16 or alphabet is not _WORD or _mixed(text):
            return text


def _mixed(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= 2 and text.lower() != text != text.upper()


# What is a key by itself: a beginning, and characters by chance.
_BY_BEGINNING: Mapping[str, tuple[str, str, int]] = {
    "OpenAI": ("sk-", _WORD, 48), "OpenAI project": ("sk-proj-", _URL, 120), "OpenAI robot": ("sk-svcacct-", _URL, 60),
    "Anthropic": ("sk-ant-api03-", _URL, 95), "OpenRouter": ("sk-or-v1-", _HEX, 64), "DeepSeek": ("sk-", _HEX, 32),
    "AWS id": ("AKIA", _BASE32, 16), "AWS session": ("ASIA", _BASE32, 16), "Google": ("AIza", _URL, 35),
    "Google secret": ("GOCSPX-", _URL, 28), "Google token": ("ya29.", _URL, 90), "Slack bot": ("xoxb-", _WORD, 40),
    "Slack user": ("xoxp-", _WORD, 40), "GitHub": ("ghp_", _WORD, 36), "GitHub pat": ("github_pat_", _WORD, 70),
    "GitLab": ("glpat-", _WORD, 20), "Hugging Face": ("hf_", _WORD, 34), "Groq": ("gsk_", _WORD, 52),
    "xAI": ("xai-", _WORD, 80), "Replicate": ("r8_", _WORD, 37), "Perplexity": ("pplx-", _WORD, 48),
    "NVIDIA": ("nvapi-", _URL, 64), "Fireworks": ("fw_", _WORD, 24), "Stripe": ("sk_live_", _WORD, 24),
    "npm": ("npm_", _WORD, 36), "Azure, long": ("", _WORD, 84),
}  # fmt: skip
# What is a key by what stands before it: text around it, and the key.
_BY_PLACE: Mapping[str, tuple[str, str, int, str]] = {
    "AWS secret": ("aws_secret_access_key = ", _BASE64, 40, ""), "AWS": ("AWS_SECRET_ACCESS_KEY=", _BASE64, 40, ""),
    "Azure header": ("api-key: ", _HEX, 32, ""), "Azure query": ("https://x.azure.com/openai?api-key=", _HEX, 32, ""),
    "any header": ("X-API-KEY: ", _HEX, 16, ""), "lower header": ("x-api-key: ", _LETTERS, 20, ""),
    "bearer": ("Authorization: bearer ", _WORD, 24, ""), "BEARER": ("BEARER ", _WORD, 24, ""),
    "query": ("https://x.org/v1?key=", _WORD, 16, "&n=1"), "token": ("https://x.org/?a=b&token=", _WORD, 16, ""),
    "signature": ("https://x.net/y?sv=1&sig=", _WORD, 43, "%3D"), "password": ("https://ann:", _WORD, 16, "@x.org/y"),
    "account": ("AccountName=x;AccountKey=", _BASE64, 86, "==;Endpoint=y"), "env": ("DB_PASSWORD=", _WORD, 16, ""),
    "JSON": ('{"api_key": "', _WORD, 16, '"}'), "Python": ("{'secret': '", _WORD, 16, "'}"),
}  # fmt: skip
FORMS = (*_BY_BEGINNING, *_BY_PLACE, "JWT", "Basic", "private key")

# How a text with a key in it comes about.
AROUND: Mapping[str, Callable[[str], str]] = {
    "alone": lambda text: text,
    "in a sentence": lambda text: f"the file {text} was not found",
    "in a URL": lambda text: f"next%3D{text}",
    "in a URL in a URL": lambda text: f"next%253D{text}",
    "encoded": lambda text: quote(text, safe=""),
    "in JSON in JSON": lambda text: json.dumps(json.dumps({"a": text})),
    "as Go writes JSON": lambda text: f"a\\u003d{text}",
    "in HTML": lambda text: f"a&amp;b={text}",
    "in a file name": lambda text: f"log {text}.jsonl",
    "after a line end": lambda text: f"a\\n{text}",
    "in brackets": lambda text: f"f({text})",
    "in a list": lambda text: f"a,{text},b",
}
# Names that people give, hashes and ids that are shown on purpose.
ORDINARY = [
    "hf_usage_log.jsonl",
    "hf_usage_log_2026-02-24.jsonl",
    "logs/r8_requests_prod_2026_02.jsonl",
    "fw_fireworks_usage_20260224T211933.jsonl",
    "sess-20260224-211933-usage.jsonl",
    "hf_job_runs_h100x8_2026",
    "nvapi_input_tokens_2026_02_24",
    "fw-llama-v3p1-405b-instruct",
    "xai-grok-4-fast-reasoning-2025",
    "sk-learn-notes.md",
    "sk-learn",
    "rk_report_final",
    "token-cost-report",
    "pk_20240101_backup",
    "sk-estimator.py",
    "sk-SK",
    "task-management-notes",
    "risk-assessment-2024",
    "desk-admin-guide",
    "disk-or-memory.md",
    "sk-20251126.md",
    "hf_mistral7b_notes.md",
    "fw_update_v2_2024.md",
    "sess-20251126-1234",
    "gsk_report_2024_final",
    "xai-explainability-notes.md",
    "nvapi-migration-guide.md",
    "550e8400-e29b-41d4-a716-446655440000",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "413ef49",
    "d41d8cd98f00b204e9800998ecf8427e",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "task-0123456789abcdef0123456789abcdef",
    "chatcmpl-9XlbNHhJPUmQyIBfRtpBPPrWvN8nK",
    "msg_01XFDUDYJgAACzvnptvVoYEL",
    "batch_67a1b2c3d4e5f60718293a4b5c6d7e8f",
    "claude-sonnet-4-5-20250929",
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
    "ft:gpt-4o-mini-2024-07-18:my-org::9XlbNHhJ",
    "CustomerSupportAssistantPromptV2Final",
    "MyVeryLongCamelCaseNameOfAPromptForTheSupportTeam",
    "basic-instructions.md",
    "customerSupport2024PromptForTheGermanMarket",
    "InternationalizationOfCustomerPrompts20251126",
    "bearer-of-news.md",
    "keyboard-shortcuts.md",
    "token-budget.md",
    "secret-santa.md",
    "passwords-howto.md",
    "authorization.md",
    "ASIA-PACIFIC",
    "keyJsonParser.md",
    "max_tokens=100",
    "key=0.001",
    "input=prompt_tok,key=api_key_name",
    "20251126T120000Z",
    "https://example.org/prompts/a.md",
    "ssh://git@github.com/org/repo.git",
    "xoxo-love-letter.md",
    "npm_packages_and_versions.md",
    "glpat-notes.md",
    "eyJust-a-name.md",
]


def key_of(form: str, random: Random) -> tuple[str, str]:
    """A text with a key of that form, and the key as nobody may see it again."""
    if form in _BY_BEGINNING:
        beginning, alphabet, length = _BY_BEGINNING[form]
        key = beginning + drawn(alphabet, length, random)
        return key, key
    if form in _BY_PLACE:
        before, alphabet, length, after = _BY_PLACE[form]
        key = drawn(alphabet, length, random)
        return before + key + after, key
    if form == "JWT":
        key = _jwt(random)
        return key, key
    if form == "Basic":
        key = base64.b64encode(f"ann:{drawn(_WORD, 16, random)}".encode()).decode().rstrip("=")
        return f"Basic {key}", key
    lines = [drawn(_BASE64, 64, random) for _ in range(3)]
    return "\n".join(("-----BEGIN RSA PRIVATE KEY-----", *lines, "-----END RSA PRIVATE KEY-----")), lines[1]
