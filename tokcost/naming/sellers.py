"""Who sells models, and the prefixes by which libraries, gateways and logs name each seller.

The names are those of litellm, LangChain, LlamaIndex, pydantic-ai, the Vercel AI SDK, OpenRouter, Portkey, Langfuse
and OpenTelemetry. A seller without a file of prices is known all the same: its models are known and unpriced.
"""

from __future__ import annotations

# seller -> what else it is called; a low line stands for a dash, and case makes no difference.
_MAKERS = {
    "ai21": "ai21-chat ai21labs",
    "amazon-nova": "nova",
    "anthropic": "anthropic-text anthropic.messages",
    "assemblyai": "",
    "cohere": "cohere-chat coherelabs cohereforai cohere.chat",
    "deepgram": "",
    "deepseek": "deepseek.chat",
    "elevenlabs": "",
    "google": "gemini google-gla google-genai google-generativeai googlegenerativeai googlegenai google.generative-ai "
    "google-ai google-ai-studio googleai gcp.gemini gcp.gen-ai palm",
    "inception": "",
    "jina": "jina-ai jinaai",
    "kakao": "",
    "kt": "",
    "lg": "lgai-exaone",
    "meta": "meta-llama-api",
    "minimax": "minimaxai",
    "mistral": "mistralai mistral-ai codestral text-completion-codestral mistral.chat",
    "moonshot": "moonshotai moonshot-ai kimi",
    "naver": "hyperclova clovastudio clova-studio",
    "openai": "openai-chat openai-responses openai.chat openai.responses text-completion-openai oai",
    "perplexity": "perplexity-ai pplx",
    "qwen": "dashscope alibaba alibaba-cloud tongyi aliyun",
    "skt": "",
    "stability": "stability-ai",
    "upstage": "",
    "v0": "",
    "voyage": "voyageai voyage-ai",
    "writer": "",
    "xai": "x-ai grok xai.chat",
    "zai": "z-ai z.ai",
}
# Those of a maker's name that sell in China have prices of their own there.
_RESELLERS = {
    "aihubmix": "",
    "aiml": "aiml-api aimlapi",
    "alibaba-cn": "dashscope-cn",
    "anyscale": "",
    "avian": "",
    "azure": "azure-ai azure-openai azure-openai.chat azureopenai azure-text azure-foundry azure-ai-foundry "
    "azure-cognitive-services azure-ai-inference azure.ai.openai azure.ai.inference az.ai.openai az.ai.inference "
    "microsoft-foundry",
    "baseten": "",
    "bedrock": "bedrock-converse bedrock-chat amazon-bedrock aws-bedrock aws.bedrock bedrockconverse bedrock-mantle "
    "anthropic-bedrock aws",
    "cerebras": "",
    "chatgpt": "",
    "chutes": "",
    "clarifai": "",
    "cloudflare": "cloudflare-workers-ai workers-ai cloudflare-ai-gateway",
    "cometapi": "",
    "crusoe": "",
    "cursor": "",
    "databricks": "mosaic",
    "deepinfra": "deep-infra",
    "doubleword": "",
    "featherless": "featherless-ai",
    "fireworks": "fireworks-ai fireworksai fireworks.chat",
    "friendli": "friendliai",
    "github": "github-models gh-models",
    "github-copilot": "copilot",
    "gmi": "gmi-cloud gmicloud",
    "gradient": "gradient-ai digitalocean",
    "groq": "groq.chat chatgroq",
    "helicone": "",
    "heroku": "",
    "huggingface": "hf hugging-face huggingface-hub",
    "hyperbolic": "",
    "lambda": "lambda-ai",
    "minimax-cn": "",
    "modal": "",
    "moonshotai-cn": "moonshot-cn moonshot-ai-cn",
    "nebius": "nebius-token-factory",
    "novita": "novita-ai",
    "nscale": "",
    "nvidia": "nvidia-nim nim nvidia-ai-endpoints",
    "oci": "oci-genai oracle",
    "opencode": "opencode-go opencode-zen",
    "openrouter": "open-router openrouter.chat",
    "ovhcloud": "",
    "parasail": "",
    "poe": "",
    "predibase": "",
    "replicate": "",
    "requesty": "",
    "sagemaker": "sagemaker-chat aws-sagemaker",
    "sambanova": "sambanova-cloud samba-nova",
    "scaleway": "",
    "siliconflow": "",
    "siliconflow-cn": "",
    "snowflake": "snowflake-cortex cortex",
    "tencent": "tokenhub",
    "together": "together-ai togetherai togetherai.chat together.ai",
    "vercel": "vercel-ai-gateway ai-gateway",
    "vertex": "vertex-ai vertexai google-vertex google-vertexai google-vertex-ai google-vertex-anthropic "
    "vertex-anthropic google-anthropic-vertex vertex-ai-beta anthropic-vertex gcp.vertex-ai google.vertex.chat "
    "google.vertex vertex-maas",
    "volcengine": "ark bytedance doubao",
    "wandb": "",
    "watsonx": "ibm watsonx-text ibm.watsonx.ai",
    "zhipuai": "zhipu zhipu-ai bigmodel",
}
# On one's own machine: the model is known, and nobody bills by token.
_OWN_MACHINE = {
    "docker": "docker-model-runner",
    "llamacpp": "llama-cpp llama.cpp llamafile llama-cpp-python",
    "lmstudio": "lm-studio",
    "localai": "local-ai",
    "mlx": "mlx-lm",
    "ollama": "ollama-chat ollama-cloud chatollama",
    "tgi": "text-generation-inference",
    "vllm": "hosted-vllm vllm-openai",
    "xinference": "",
}
# What stands before a name and says nothing of who sells.
_PASSED_ON = ("litellm-proxy", "litellm", "gateway", "portkey", "openai-compatible", "openai-like")

# Where a model is served, as far as its name says so: the price book has factors by some of these.
EVERYWHERE, REGIONAL, DATA_ZONE = "global", "regional", "data-zone"
# Whose ids are those of one region where nothing stands before them; the ids of others are served anywhere.
REGIONAL_BY_ID = frozenset(("bedrock",))
# Makers that sell models of others besides, each with those whose.
SELL_TOO = {
    "mistral": ("deepseek", "zai"),
    "perplexity": ("anthropic", "deepseek", "google", "moonshot", "openai", "xai", "zai"),
    "qwen": ("deepseek", "minimax", "moonshot", "zai"),
}

RESELLERS = frozenset((*_RESELLERS, *_OWN_MACHINE))
OWN_MACHINE = frozenset(_OWN_MACHINE)
PASSED_ON = frozenset(_PASSED_ON)
# Who publishes weights that many sell, by the first part of their ids: an id of that form names no seller.
ORGS = frozenset((
    "ai21", "ai21labs", "allenai", "amazon", "anthropic", "arcee-ai", "baai", "baidu", "bytedance", "bytedance-seed",
    "cohere", "coherelabs", "deepseek", "deepseek-ai", "google", "ibm", "ibm-granite", "inclusionai", "lgai-exaone",
    "meta", "meta-llama", "microsoft", "minimax", "minimaxai", "mistral", "mistral-ai", "mistralai", "moonshotai",
    "nousresearch", "nvidia", "openai", "perplexity", "qwen", "thudm", "upstage", "writer", "x-ai", "xai",
    "xiaomi", "z-ai", "zai-org",
))  # fmt: skip

_SELLERS = {
    prefix: seller
    for group in (_MAKERS, _RESELLERS, _OWN_MACHINE)
    for seller, others in group.items()
    for prefix in (seller, *others.split())
}


def id_at(provider: str, model: str, place: str) -> str:
    """An id by which a model that is not of one price everywhere is found at a place.

    >>> id_at("bedrock", "anthropic.claude-opus-5", "global"), id_at("vertex", "claude-opus-5", "regional")
    ('global.anthropic.claude-opus-5', 'regional/claude-opus-5')
    """
    if provider in REGIONAL_BY_ID:
        return f"{EVERYWHERE}.{model}" if place == EVERYWHERE else model
    return model if place == EVERYWHERE else f"{place}/{model}"


def name_in_reports(full_id: str) -> str:
    """What reports call a model: its id at its maker, ``provider/id`` at a seller of others' models."""
    provider, _, name = full_id.partition("/")
    return full_id if provider in RESELLERS or ("/" in name and provider in SELL_TOO) else name


def seller_of(prefix: str) -> str | None:
    """The seller that a prefix, or the ``provider`` of a log, names; None where it names none.

    >>> seller_of("Vertex_AI"), seller_of("google-gla"), seller_of("acme")
    ('vertex', 'google', None)
    """
    word = prefix.strip().casefold().replace("_", "-").replace(" ", "-")
    return _SELLERS.get(word) or _SELLERS.get(word.replace("chat", "", 1))  # as LangChain calls its classes
