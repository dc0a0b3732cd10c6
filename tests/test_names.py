"""Names as people write them: each means a model of the seller that it names, or none."""

from __future__ import annotations

import json
import re
import string
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Run
from tokcost.catalog import PriceBook
from tokcost.catalog.meanings import Meanings
from tokcost.catalog.names import Names
from tokcost.errors import AmbiguousModel, UnknownName
from tokcost.naming.forms import readings

BOOK = PriceBook.load()

# As libraries, gateways, consoles and logs write them.
PRICED = {
    "openai/gpt-4.1": "openai/gpt-4.1",
    "openai:gpt-4.1": "openai/gpt-4.1",
    "openai-responses:gpt-5": "openai/gpt-5",
    "openai/responses/gpt-5": "openai/gpt-5",
    "openai-chat:gpt-4o": "openai/gpt-4o",
    "text-completion-openai/gpt-3.5-turbo-instruct": "openai/gpt-3.5-turbo-instruct",
    "OpenAI/GPT-4.1-Mini": "openai/gpt-4.1-mini",
    "GPT 4.1 mini": "openai/gpt-4.1-mini",
    "gpt_4o_mini": "openai/gpt-4o-mini",
    "gpt-4-1-nano": "openai/gpt-4.1-nano",
    "GPT-4 Turbo": "openai/gpt-4-turbo",
    "OpenAI: o3 Mini": "openai/o3-mini",
    "OpenAI: GPT-4o-mini": "openai/gpt-4o-mini",
    "gpt-4o-mini-2024-07-18": "openai/gpt-4o-mini",
    "gpt-4o@2024-11-20": "openai/gpt-4o",
    "gpt-4.1-20250414": "openai/gpt-4.1",
    "o1-mini-2024-09-12": "openai/o1-mini",
    "gpt-3.5-turbo-1106": "openai/gpt-3.5-turbo-1106",
    "litellm_proxy/gpt-4o": "openai/gpt-4o",
    "litellm_proxy/anthropic/claude-sonnet-4-5": "anthropic/claude-sonnet-4-5",
    "litellm:openai/gpt-4o": "openai/gpt-4o",
    "gateway/openai:gpt-5": "openai/gpt-5",
    "gateway/anthropic:claude-sonnet-4-5": "anthropic/claude-sonnet-4-5",
    "@openai/gpt-4o": "openai/gpt-4o",
    "anthropic/claude-3-haiku": "anthropic/claude-3-haiku-20240307",
    "anthropic.messages:claude-opus-4-1": "anthropic/claude-opus-4-1",
    "claude-opus-4.1": "anthropic/claude-opus-4-1",
    "claude_opus_4_1": "anthropic/claude-opus-4-1",
    "Claude 4 Sonnet": "anthropic/claude-sonnet-4-20250514",
    "Claude Opus 4.1": "anthropic/claude-opus-4-1",
    "Claude Sonnet 4 (latest)": "anthropic/claude-sonnet-4-20250514",
    "claude-sonnet-4-0": "anthropic/claude-sonnet-4-20250514",
    "claude-opus-4-1-20250805": "anthropic/claude-opus-4-1",
    "Anthropic: Claude 3.5 Haiku": "anthropic/claude-3-5-haiku-20241022",
    "claude-opus-4-5[1M]": "anthropic/claude-opus-4-5",
    "gemini/gemini-2.5-pro": "google/gemini-2.5-pro",
    "google_genai:gemini-2.5-flash": "google/gemini-2.5-flash",
    "google-gla:gemini-2.5-flash-lite": "google/gemini-2.5-flash-lite",
    "google.generative-ai/gemini-2.0-flash": "google/gemini-2.0-flash",
    "gemini/models/gemini-2.5-flash": "google/gemini-2.5-flash",
    "models/gemini-2.5-pro": "google/gemini-2.5-pro",
    "Gemini 2.5 Flash Lite": "google/gemini-2.5-flash-lite",
    "Google: Gemini 2.5 Pro": "google/gemini-2.5-pro",
    "gemini-2-5-pro": "google/gemini-2.5-pro",
    "xai/grok-4": "xai/grok-4-0709",
    "x-ai/grok-4": "xai/grok-4-0709",
    "grok:grok-4.6": "xai/grok-4.6",
    "xAI: Grok 4": "xai/grok-4-0709",
    "x_ai/grok-4.3": "xai/grok-4.3",
    "mistralai/mistral-small-latest": "mistral/mistral-small-latest",
    "mistral_ai:mistral-medium-latest": "mistral/mistral-medium-latest",
    "codestral/codestral-latest": "mistral/codestral-latest",
    "deepseek:deepseek-reasoner": "deepseek/deepseek-reasoner",
    "DeepSeek: DeepSeek Chat": "deepseek/deepseek-chat",
    "dashscope/qwen-max": "qwen/qwen-max",
    "alibaba/qwen3-max": "qwen/qwen3-max",
    "dashscope:qwen-turbo": "qwen/qwen-turbo",
    "moonshot/kimi-k2-thinking": "moonshot/kimi-k2-thinking",
    "moonshotai/kimi-k2.6": "moonshot/kimi-k2.6",
    "Kimi K2.6": "moonshot/kimi-k2.6",
    "zai/glm-4.6": "zai/glm-4.6",
    "z-ai/glm-4.6": "zai/glm-4.6",
    "Z.AI: GLM 4.6": "zai/glm-4.6",
    "z.ai/glm-4.5-air": "zai/glm-4.5-air",
    "minimax/minimax-m2.1": "minimax/MiniMax-M2.1",
    "MiniMaxAI/MiniMax-M2": "minimax/MiniMax-M2",
    "cohere_chat/command-r-plus": "cohere/command-r-plus",
    "cohere_chat:command-r7b": "cohere/command-r7b",
    "voyageai/voyage-3-large": "voyage/voyage-3-large",
    "voyage:voyage-3.5": "voyage/voyage-3.5",
    "perplexity/sonar-reasoning": "perplexity/sonar-reasoning",
    "ai21_chat/jamba-1.5-large": "ai21/jamba-1.5-large",
    "amazon_nova/nova-micro-v1": "amazon-nova/nova-micro-v1",
    "azure/gpt-4o-mini": "azure/gpt-4o-mini",
    "azure/global/gpt-4o": "azure/gpt-4o",
    "azure/global-standard/gpt-4o-mini": "azure/gpt-4o-mini",
    "azure/us/gpt-4.1": "azure/data-zone/gpt-4.1",
    "azure/eu/o3-mini-2025-01-31": "azure/data-zone/o3-mini",
    "azure_openai:gpt-4o": "azure/gpt-4o",
    "azure-openai/gpt-4.1": "azure/gpt-4.1",
    "azure_ai/gpt-5": "azure/gpt-5",
    "azure/responses/gpt-5": "azure/gpt-5",
    "azure/o_series/o3": "azure/o3",
    "Azure/GPT-4O": "azure/gpt-4o",
    "azure_ai/Llama-3.3-70B-Instruct": "azure/Llama-3.3-70B-Instruct",
    "azure_ai/grok-4.6": "azure/grok-4.6",
    "bedrock/us.amazon.nova-pro-v1:0": "bedrock/amazon.nova-pro-v1:0",
    "bedrock/anthropic.claude-sonnet-4-5": "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0",
    "bedrock/us-west-2/anthropic.claude-opus-4-6-v1": "bedrock/anthropic.claude-opus-4-6-v1",
    "bedrock/converse_like/global.anthropic.claude-sonnet-4-6": "bedrock/global.anthropic.claude-sonnet-4-6",
    "amazon-bedrock/us.meta.llama3-3-70b-instruct-v1:0": "bedrock/meta.llama3-3-70b-instruct-v1:0",
    "amazon_bedrock:anthropic.claude-3-haiku-20240307-v1:0": "bedrock/anthropic.claude-3-haiku-20240307-v1:0",
    "aws/amazon.nova-lite-v1:0": "bedrock/amazon.nova-lite-v1:0",
    "bedrock/claude-opus-4-6": "bedrock/anthropic.claude-opus-4-6-v1",
    "bedrock/arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-5": (
        "bedrock/anthropic.claude-opus-5"
    ),
    "bedrock/converse/arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-8b-instruct-v1:0": (
        "bedrock/meta.llama3-8b-instruct-v1:0"
    ),
    "amazon.titan-embed-text-v2": "bedrock/amazon.titan-embed-text-v2:0",
    "US.ANTHROPIC.CLAUDE-OPUS-5": "bedrock/anthropic.claude-opus-5",
    "cohere.embed-english-v3": "bedrock/cohere.embed-english-v3",
    "bedrock_mantle/openai.gpt-oss-120b": "bedrock/openai.gpt-oss-120b-1:0",
    "bedrock/mistral.mistral-7b-instruct-v0:2": "bedrock/mistral.mistral-7b-instruct-v0:2",
    "eu.mistral.pixtral-large-2502-v1:0": "bedrock/mistral.pixtral-large-2502-v1:0",
    "vertex_ai/gemini-2.5-pro": "vertex/gemini-2.5-pro",
    "google_vertexai:gemini-2.5-flash": "vertex/gemini-2.5-flash",
    "vertex_ai/publishers/google/models/gemini-2.5-flash": "vertex/gemini-2.5-flash",
    "google-vertex-anthropic/claude-opus-4-6@default": "vertex/claude-opus-4-6",
    "vertex_ai/meta/llama-3.3-70b-instruct-maas": "vertex/meta/llama-3.3-70b-instruct-maas",
    "vertex_ai/meta/llama-4-scout-17b-16e-instruct-maas": "vertex/meta/llama-4-scout-17b-16e-instruct-maas",
    "vertex_ai/llama-3.3-70b-instruct-maas": "vertex/meta/llama-3.3-70b-instruct-maas",
    "publishers/meta/models/llama-3.3-70b-instruct-maas": "vertex/meta/llama-3.3-70b-instruct-maas",
    "vertex_ai/openai/gpt-oss-120b-maas": "vertex/openai/gpt-oss-120b-maas",
    "openai/gpt-oss-20b-maas": "vertex/openai/gpt-oss-20b-maas",
    "vertex_ai/mistral-medium-3@001": "vertex/mistral-medium-3",
    "vertex_ai/mistralai/mistral-medium-3": "vertex/mistral-medium-3",
    "vertex_ai/qwen/qwen3-235b-a22b-instruct-2507-maas": "vertex/qwen/qwen3-235b-a22b-instruct-2507-maas",
    "projects/p1/locations/global/publishers/google/models/gemini-3.5-flash": "vertex/gemini-3.5-flash",
    "projects/p1/locations/us-central1/publishers/google/models/gemini-3.5-flash": "vertex/regional/gemini-3.5-flash",
    "//aiplatform.googleapis.com/projects/p1/locations/global/publishers/anthropic/models/claude-opus-5": (
        "vertex/claude-opus-5"
    ),
    "vertex/xai/grok-4.6": "vertex/xai/grok-4.6",
    "openrouter/openai/gpt-4.1-mini": "openrouter/openai/gpt-4.1-mini",
    "openrouter:openai/gpt-4o": "openrouter/openai/gpt-4o",
    "openrouter/anthropic/claude-opus-4-6": "openrouter/anthropic/claude-opus-4.6",
    "openai/gpt-4o:online": "openrouter/openai/gpt-4o",
    "x-ai/grok-4.3:online": "openrouter/x-ai/grok-4.3",
    "openrouter/openai/gpt-4-turbo": "openrouter/openai/gpt-4-turbo",
    "openrouter/mistralai/mistral-nemo": "openrouter/mistralai/mistral-nemo",
    "groq/llama-3.1-8b-instant": "groq/llama-3.1-8b-instant",
    "groq:openai/gpt-oss-120b": "groq/openai/gpt-oss-120b",
    "groq/gpt-oss-20b": "groq/openai/gpt-oss-20b",
    "llama3-70b-8192": "groq/llama3-70b-8192",
    "gemma2-9b-it": "groq/gemma2-9b-it",
    "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo": "together/meta-llama/Llama-3.3-70B-Instruct-Turbo",
    "togetherai:openai/gpt-oss-120b": "together/openai/gpt-oss-120b",
    "together.ai/Qwen/Qwen2.5-7B-Instruct-Turbo": "together/Qwen/Qwen2.5-7B-Instruct-Turbo",
    "fireworks:accounts/fireworks/models/deepseek-v3p1": "fireworks/deepseek-v3p1",
    "fireworks_ai/deepseek-v3.1": "fireworks/deepseek-v3p1",
    "fireworks-ai/accounts/fireworks/models/llama-v3p1-405b-instruct": "fireworks/llama-v3p1-405b-instruct",
    "accounts/fireworks/models/kimi-k2p5": "fireworks/kimi-k2p5",
    "databricks-claude-sonnet-4": "databricks/databricks-claude-sonnet-4",
    "databricks/claude-opus-5": "databricks/databricks-claude-opus-5",
    "databricks/databricks-gemini-2-5-pro": "databricks/databricks-gemini-2-5-pro",
    "deepinfra/deepseek-ai/DeepSeek-V3.1": "deepinfra/deepseek-ai/DeepSeek-V3.1",
    "sambanova/Meta-Llama-3.3-70B-Instruct": "sambanova/Meta-Llama-3.3-70B-Instruct",
    "cerebras:qwen-3-32b": "cerebras/qwen-3-32b",
    "cerebras/llama3.1-8b": "cerebras/llama3.1-8b",
    "ft:gpt-4o-mini-2024-07-18:acme::Ab12": "openai/ft:gpt-4o-mini-2024-07-18",
    "openai/ft:gpt-3.5-turbo-1106:acme::Ab12": "openai/ft:gpt-3.5-turbo",
    "ft:gpt-4o-2024-11-20:acme::Ab12": "openai/ft:gpt-4o-2024-08-06",
}
# The seller and the model are known, and the book has no rate of that seller.
UNPRICED = {
    "azure_text/gpt-35-turbo-instruct": "azure/gpt-35-turbo-instruct",
    "azure/gpt-35-turbo-16k": "azure/gpt-35-turbo-16k",
    "gpt-35-turbo-0125": "azure/gpt-35-turbo-0125",
    "azure/us-gov/gpt-4o": "azure/us-gov/gpt-4o",
    "azure/gpt-4o-2024-08-06.ft-0e208cf33a6a466994aff31a08aba678": (
        "azure/gpt-4o-2024-08-06.ft-0e208cf33a6a466994aff31a08aba678"
    ),
    "azure_ai/claude-opus-4-1": "azure/claude-opus-4-1",
    "bedrock/converse/eu.amazon.nova-lite-v1:0": "bedrock/eu.amazon.nova-lite-v1:0",
    "arn:aws:bedrock:eu-west-3:123456789012:inference-profile/eu.amazon.nova-micro-v1:0": (
        "bedrock/eu.amazon.nova-micro-v1:0"
    ),
    "us-gov.amazon.nova-pro-v1:0": "bedrock/us-gov.amazon.nova-pro-v1:0",
    "bedrock/us-gov-west-1/meta.llama3-8b-instruct-v1:0": "bedrock/us-gov.meta.llama3-8b-instruct-v1:0",
    "bedrock/us-east-1/1-month-commitment/meta.llama3-8b-instruct-v1:0": (
        "bedrock/1-month-commitment/meta.llama3-8b-instruct-v1:0"
    ),
    "vertex_ai/claude-3-5-sonnet-v2@20241022": "vertex/claude-3-5-sonnet-v2@20241022",
    "meta-llama/llama-3.1-8b-instruct:free": "openrouter/meta-llama/llama-3.1-8b-instruct:free",
    "openrouter/moonshotai/kimi-k2:exacto": "openrouter/moonshotai/kimi-k2:exacto",
    "openai/gpt-4o:extended": "openrouter/openai/gpt-4o:extended",
    "Meta: Llama 3.3 70B Instruct (free)": "openrouter/meta/llama 3.3 70b instruct:free",
    "databricks/databricks-meta-llama-3-1-405b-instruct": "databricks/databricks-meta-llama-3-1-405b-instruct",
    "github/gpt-4o-mini": "github/gpt-4o-mini",
    "github:openai/gpt-4.1": "github/openai/gpt-4.1",
    "github_copilot/claude-sonnet-4.5": "github-copilot/claude-sonnet-4.5",
    "ollama/llama3.1:8b": "ollama/llama3.1:8b",
    "ollama_chat/llama3.3:70b-instruct-q4_K_M": "ollama/llama3.3:70b-instruct-q4_k_m",
    "ollama/gpt-oss:20b": "ollama/gpt-oss:20b",
    "lm_studio/openai/gpt-oss-20b": "lmstudio/openai/gpt-oss-20b",
    "hosted_vllm/Qwen/Qwen3-32B": "vllm/qwen/qwen3-32b",
    "huggingface/meta-llama/Llama-3.1-8B-Instruct": "huggingface/meta-llama/llama-3.1-8b-instruct",
    "nvidia_nim/meta/llama-3.1-70b-instruct": "nvidia/meta/llama-3.1-70b-instruct",
    "snowflake/claude-sonnet-4-5": "snowflake/claude-sonnet-4-5",
    "snowflake/llama3.1-70b": "snowflake/llama3.1-70b",
    "watsonx/meta-llama/llama-3-3-70b-instruct": "watsonx/meta-llama/llama-3-3-70b-instruct",
    "replicate/meta/meta-llama-3-70b-instruct": "replicate/meta/meta-llama-3-70b-instruct",
    "cloudflare/@cf/meta/llama-3.1-8b-instruct": "cloudflare/meta/llama-3.1-8b-instruct",
    "@cf/openai/gpt-oss-120b": "cloudflare/openai/gpt-oss-120b",
    "oci/meta.llama-3.3-70b-instruct": "oci/meta.llama-3.3-70b-instruct",
    "oci/xai.grok-4.3": "oci/xai.grok-4.3",
    "vercel_ai_gateway/openai/gpt-4o": "vercel/openai/gpt-4o",
    "heroku/claude-4-sonnet": "heroku/claude-4-sonnet",
    "gradient_ai/anthropic-claude-3.7-sonnet": "gradient/anthropic-claude-3.7-sonnet",
    "nebius/deepseek-ai/DeepSeek-V3": "nebius/deepseek-ai/deepseek-v3",
    "novita/openai/gpt-oss-120b": "novita/openai/gpt-oss-120b",
    "lambda_ai/llama3.3-70b-instruct-fp8": "lambda/llama3.3-70b-instruct-fp8",
    "ft:mistral-small-latest:acme:20250101:1a2b": "mistral/ft:mistral-small-latest",
    "claude-opus-5-fast": "anthropic/fast/claude-opus-5",
}
SEVERAL = [
    "gpt-oss-20b",
    "llama-3.1-8b",
    "llama-3.1-70b-instruct",
    "meta-llama/llama-3.3-70b-instruct",
    "openai/gpt-oss-20b",
    "deepseek-ai/DeepSeek-V3",
    "Llama 4 Maverick",
    "mistralai/Mixtral-8x7B-Instruct-v0.1",
    "google/gemma-3-27b-it",
    "microsoft/phi-4",
]
UNKNOWN = [
    "gpt-oss-120",
    "gpt-4o-2024-11-21",
    "gpt-4o-20241120-preview",
    "azure/gpt-4o-2024-11-19",
    "openrouter/openai/gpt-4o-2024-10-10",
    "vertex_ai/claude-opus-4-5@20251102",
    "bedrock/anthropic.claude-sonnet-4-5-20250928-v1:0",
    "claude-haiku",
    "gemini",
    "gpt",
    "gpt4",
    "gpt-4oo",
    "claude-sonnet-5.6",
    "openai/claude-opus-5",
    "anthropic/gpt-4o",
    "google/claude-opus-5",
    "mistral/gpt-4o",
    "azure/prod-chat",
    "tunedModels/my-model-abc",
    "accounts/acme/models/my-lora",
    "ftjob-abc123",
    "models/my-thing",
    "projects/p/locations/us-central1/endpoints/1234567890",
    "vertex_ai/1234567890",
    "sagemaker/my-endpoint",
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint/x",
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123",
    "acme/gpt-4o",
    "mycompany/llama-3.3-70b",
    "",
    "/",
    ":",
    "openai/",
    "openrouter/",
    "azure/",
]


@pytest.mark.parametrize("name", PRICED)
def test_a_name_means_the_row_of_its_seller(name: str) -> None:
    """Prefixes, paths, regions, variants and display names lead to one row, and by its full id to the same."""
    found = BOOK.find(name)
    assert (found.full_id, bool(found.prices)) == (PRICED[name], True)
    assert BOOK.find(found.full_id) == found


@pytest.mark.parametrize("name", UNPRICED)
def test_a_form_without_a_rate_is_known_and_unpriced(name: str) -> None:
    """The model is of the seller that was named, counted as the one sold, and says why it has no price."""
    found = BOOK.find(name)
    assert (found.full_id, found.prices) == (UNPRICED[name], ())
    assert found.encoding
    assert found.note
    again = BOOK.find(found.full_id)
    assert (again.full_id, again.prices) == (found.full_id, ())


@pytest.mark.parametrize("name", ["anvil2.5-72b-instruct", "Anvil2.5 72B Instruct"])
def test_weights_that_one_is_known_to_sell_are_no_price_of_its(run: Run, name: str) -> None:
    """Open weights are run by many: a name that is not the id of the one in the book says neither it nor its price."""
    sold = 'deepinfra."acme/Anvil2.5-72B-Instruct"'
    rows = f'[{sold}]\nencoding = "o200k_base"\n[[{sold}.rates]]\nfrom = 2026-01-01\ninput = "1"\n'
    Path("own.toml").write_text(f"[tokcost]\nschema = 1\n\n{rows}")
    assert run("count", "-q", "-t", "hello", "-m", "acme/Anvil2.5-72B-Instruct", "--prices", "own.toml").code == 0
    result = run("count", "-t", "hello", "-m", name, "--prices", "own.toml")
    says = "does not say who bills, and its maker has no rate: use deepinfra/acme/Anvil2.5-72B-Instruct"
    assert (result.code, result.out, result.err) == (2, "", f"tokcost: error: model '{name}' {says}\n")


@pytest.mark.parametrize("name", SEVERAL)
def test_weights_that_several_sell_are_asked_for(name: str) -> None:
    """Each of the forms that are told works, and they are of different sellers."""
    with pytest.raises(AmbiguousModel) as caught:
        BOOK.find(name)
    found = [BOOK.find(form) for form in caught.value.forms]
    assert len({model.provider for model in found}) == len(found) >= 2


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_names_no_model_is_unknown(name: str) -> None:
    """A day of no snapshot, a deployment, a model of an account, a maker that does not sell it: never the next best."""
    with pytest.raises(UnknownName):
        BOOK.find(name)


# Laws --------------------------------------------------------------------------------------------

PREFIXES = {
    "openai": ("openai/", "openai:", "OpenAI: ", "openai/responses/", "litellm_proxy/openai/", "openai-chat:"),
    "anthropic": ("anthropic/", "anthropic:", "Anthropic: ", "ANTHROPIC/"),
    "google": ("google/", "gemini/", "google-gla:", "google_genai:", "models/", "gemini/models/"),
    "azure": ("azure/", "azure_ai/", "azure:", "azure-openai/", "azure/global/", "Azure/"),
    "openrouter": ("openrouter/", "openrouter:", "OpenRouter/"),
    "groq": ("groq/", "groq:", "GROQ/"),
    "together": ("together/", "together_ai/", "togetherai:"),
    "fireworks": (
        "fireworks/",
        "fireworks_ai/",
        "fireworks_ai/accounts/fireworks/models/",
        "accounts/fireworks/models/",
    ),
    "vertex": ("vertex/", "vertex_ai/", "google-vertex:", "google_vertexai:"),
    "bedrock": ("bedrock/", "bedrock:", "bedrock/converse/", "amazon-bedrock/", "bedrock_converse/"),
}
SOLD = [(model.provider, model.id) for model in BOOK.models() if model.provider in PREFIXES]


@settings(deadline=None)
@given(st.sampled_from(SOLD), st.randoms(use_true_random=False))
def test_a_prefix_never_leads_to_another_seller(sold: tuple[str, str], chance: Random) -> None:
    """However a known provider/id is spelled, it is the model of that provider."""
    provider, model = sold
    cased = "".join(chance.choice((char, char.upper(), char.lower())) for char in model)
    spelled = "".join(chance.choice("._-") if char in ".-" and cased[:1].isalpha() else char for char in cased)
    for written in (cased, spelled):
        try:
            found = BOOK.find(chance.choice(PREFIXES[provider]) + written)
        except (UnknownName, AmbiguousModel):
            assert written != cased, "case makes no difference"
            continue
        assert found.provider == provider
        if written == cased:
            assert (
                found.full_id.rpartition(".")[2].casefold()
                == BOOK.find(f"{provider}/{model}").full_id.rpartition(".")[2].casefold()
            )


@settings(deadline=None)
@given(st.text(max_size=60) | st.text(string.ascii_letters + string.digits + "/:.@-_[] ", max_size=60))
def test_reading_never_fails(name: str) -> None:
    """Whatever the text, its form is read, and the book knows it, asks or refuses."""
    readings(name)
    try:
        BOOK.find(name, hints=False)
    except (UnknownName, AmbiguousModel):
        return


# What is said -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("gpt-4oo", "did you mean gpt-4o"),
        ("gtp-5-mini", "did you mean gpt-5-mini"),
        ("o5-mini", "did you mean o4-mini"),
        ("azure/gpt-5-mni", "did you mean azure/gpt-5-mini"),
        ("us.anthropic.claude-opus-8", "did you mean bedrock/anthropic.claude-opus-"),
        ("vertex_ai/gemini-2.5-prro", "did you mean vertex/gemini-2.5-pro"),
        ("claud-opus-5", "did you mean claude-opus-5"),
        ("groq/llama-3.3-70b-versatil", "did you mean groq/llama-3.3-70b-versatile"),
    ],
)
def test_what_is_meant_is_of_the_same_family_and_seller(run: Run, name: str, suggested: str) -> None:
    """The nearest name at the seller that was named comes first; one line, with the ways out."""
    result = run("count", "-t", "x", "-m", name)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"tokcost: error: unknown model '{name}': {suggested}")
    assert result.err.endswith(
        "'-m NAME=MODEL' or [aliases], for a new model a price file, as 'tokcost prices import' writes one\n"
    )
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    "name", ["house-model", "<placeholder>", "zzz-7b-instruct", "arn:aws:bedrock:us-east-1:1:provisioned-model/q"]
)
def test_nothing_is_suggested_where_no_family_is_near(run: Run, name: str) -> None:
    """A name of an account, or of nothing, is not taken for a slip."""
    result = run("count", "-t", "x", "-m", name)
    assert (result.code, result.out) == (2, "")
    assert "did you mean" not in result.err
    assert "NAME=MODEL" in result.err


@pytest.mark.parametrize(
    ("name", "read_as", "why"),
    [
        ("gpt-4o", "openai/gpt-4o", None),
        ("azure/eu/gpt-4o", "azure/data-zone/gpt-4o", "'azure': azure; 'eu/': a data zone"),
        ("Anthropic: Claude Sonnet 4.5", "anthropic/claude-sonnet-4-5", "'anthropic': anthropic"),
        ("github/gpt-4o", "github/gpt-4o", "'github': github"),
    ],
)
def test_models_show_says_how_a_name_was_read(run: Run, name: str, read_as: str, why: str | None) -> None:
    """As which model, and by what of the name; nothing where it is simply the name."""
    found = json.loads(run("models", "show", name, "--format", "json").out)
    assert found["read_as"] == read_as
    assert found["read_why"] == why or (why and found["read_why"])
    shown = run("models", "show", name).out
    assert ("read as: " in shown) == (why is not None)


def test_a_seller_without_a_rate_says_what_would_price_it(run: Run) -> None:
    """The text is counted, the money unknown: one note names the seller, the model and the way."""
    result = run("count", "-t", "Hello", "-m", "github/gpt-4o", "--format", "json")
    (row,) = json.loads(result.out)["rows"]
    assert (result.code, row["provider"], row["model"], row["input_tokens"], row["cost"]) == (
        2,
        "github",
        "github/gpt-4o",
        1,
        None,
    )
    says = "github/gpt-4o is unpriced: the book has no rate of github for gpt-4o: give one with a price file"
    assert f"note: {says}\n" in result.err


def test_a_log_that_names_its_seller_is_billed_by_it(run: Run) -> None:
    """A million tokens of gpt-4o: 2.5 at OpenAI and on Azure, unknown at GitHub; a name that says its seller stays."""
    line = {"input": 1_000_000, "time": "2026-11-20T10:00:00Z"}
    lines = [
        line | {"model": "gpt-4o", "provider": "azure"},
        line | {"model": "openai/gpt-oss-20b", "provider": "Groq"},
        line | {"model": "us.anthropic.claude-opus-5", "provider": "aws"},
        line | {"model": "gpt-4o", "provider": "github"},
    ]
    text = "".join(json.dumps(each) + "\n" for each in lines).encode()
    fields = "input=input,model=model,provider=provider,time=time"
    result = run("usage", "-", "--map", fields, "--by", "provider,model", "--format", "json", stdin=text)
    found = {row["name"]: row["cost"] for row in json.loads(result.out)["rows"]}
    assert result.code == 2
    assert sorted(found) == [
        "azure / azure/gpt-4o", "bedrock / bedrock/anthropic.claude-opus-5", "github / github/gpt-4o",
        "groq / groq/openai/gpt-oss-20b",
    ]  # fmt: skip
    assert (found["azure / azure/gpt-4o"], found["bedrock / bedrock/anthropic.claude-opus-5"]) == ("2.5", "5.5")
    assert found["github / github/gpt-4o"] is None


def test_full_ids_mean_their_own_row_however_they_are_found() -> None:
    """provider/id of every row of the book, read without the files of others, is what reading its form finds."""
    names, today = Names([BOOK.builtin]), date(2026, 11, 25)
    forms = Meanings(names.index, today)
    for provider, model in BOOK.builtin.names():
        name = f"{provider}/{model}"
        quick, by_form = names.meanings(name, today), forms.of(name)
        assert [each.key for each in quick] == [each.key for each in by_form] == [(provider, model)]
        assert [each.place for each in quick] == [each.place for each in by_form]


@pytest.mark.parametrize("name", ["claude", "gpt", "gemini", "azure/gpt", "grok"])
def test_who_begins_a_name_is_told_what_can_be_used(run: Run, name: str) -> None:
    """Of the names that begin so the retired and the unpriced come last."""
    error = run("count", "-t", "x", "-m", name).err
    named = re.search(r"did you mean (.*)\?", error)
    assert named is not None, error
    first = re.split(", | or ", named[1])[0]
    shown = run("models", "show", first)
    assert (shown.code, "retired: " in shown.out, "unpriced: " in shown.out) == (0, False, False), shown.out
