"""What gigatoken calls the patterns of the encodings that it counts as tiktoken does.

Not here: gemma3 (its byte fallback wants the tokens, and gigatoken has no such pattern) and tekken
(o200k_base's pattern but for contractions and digits, which gigatoken cannot be given).
"""

from __future__ import annotations

SCHEMES = {
    "o200k_base": "o200k",
    "o200k_harmony": "o200k",
    "cl100k_base": "gpt4",
    "p50k_base": "gpt2",
    "p50k_edit": "gpt2",
    "r50k_base": "gpt2",
    "gpt2": "gpt2",
    "qwen": "qwen2",
    "deepseek": "deepseek_v3",
}
