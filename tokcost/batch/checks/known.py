"""The names that each api knows at the top of a body, and what each calls the same thing.

From the types of the SDKs: openai 3.57, anthropic 2.14 (with its betas and what older models take), google-genai 3.6,
mistralai 3.7, groq 1.7 and fireworks-ai 1.2, as of 2026-11. A provider may know a newer name than these.
"""

from __future__ import annotations

_CHAT = frozenset((
    "messages", "model", "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs",
    "max_completion_tokens", "max_tokens", "metadata", "modalities", "moderation", "n", "parallel_tool_calls",
    "prediction", "presence_penalty", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention",
    "reasoning_effort", "response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream",
    "stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity",
    "web_search_options",
))  # fmt: skip
_RESPONSES = frozenset((
    "access_programs", "background", "background_options", "context_management", "conversation", "generate", "image",
    "include", "input", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "model", "moderation",
    "parallel_tool_calls", "previous_response_id", "prompt", "prompt_cache_key", "prompt_cache_options",
    "prompt_cache_retention", "reasoning", "safety_identifier", "service_tier", "store", "stream", "stream_options",
    "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "user",
))  # fmt: skip
_EMBEDDINGS = frozenset(("input", "model", "dimensions", "encoding_format", "user"))
_COMPLETIONS = frozenset((
    "model", "prompt", "best_of", "echo", "frequency_penalty", "logit_bias", "logprobs", "max_tokens", "metadata", "n",
    "presence_penalty", "seed", "service_tier", "stop", "store", "stream", "stream_options", "suffix", "temperature",
    "top_p", "user",
))  # fmt: skip
_AZURE_ONLY = {"data_sources", "dataSources", "enhancements", "user_security_context"}
_MESSAGES = frozenset((
    "max_tokens", "messages", "model", "cache_control", "container", "diagnostics", "inference_geo", "metadata",
    "output_config", "service_tier", "speed", "stop_sequences", "stream", "system", "thinking", "tool_choice", "tools",
    "user_profile_id", "workspace_id", "temperature", "top_k", "top_p", "anthropic_version", "anthropic_beta",
    "betas", "billing_policy", "compaction", "context_management", "fallback_credit_token", "fallbacks", "mcp_servers",
    "output_format", "thread",
))  # fmt: skip
_MISTRAL = frozenset((
    "model", "messages", "temperature", "top_p", "max_tokens", "stream", "stop", "random_seed", "metadata",
    "response_format", "tools", "tool_choice", "presence_penalty", "frequency_penalty", "min_tokens",
    "repetition_penalty", "top_k", "logprobs", "top_logprobs", "prompt_logprobs", "top_prompt_logprobs", "n",
    "prediction", "parallel_tool_calls", "reasoning_effort", "prompt_mode", "guardrails", "prompt_cache_key",
    "service_tier", "safe_prompt",
))  # fmt: skip
_GROQ = frozenset((
    "citation_options", "compound_custom", "disable_tool_validation", "documents", "exclude_domains",
    "include_domains", "include_reasoning", "reasoning_format", "search_settings",
)) | _CHAT  # fmt: skip
_FIREWORKS = frozenset((
    "context_length_exceeded_behavior", "echo", "echo_last", "ignore_eos", "min_p", "mirostat_lr", "mirostat_target",
    "perf_metrics_in_response", "prompt_cache_isolation_key", "prompt_truncate_len", "raw_output", "reasoning_history",
    "repetition_penalty", "return_token_ids", "safe_tokenization", "speculation", "thinking", "top_k", "typical_p",
)) | _CHAT  # fmt: skip

# What the clients take beside a body and do not send in it: for requests that are not lines of a batch file.
CLIENTS = frozenset(("extra_body", "extra_headers", "extra_query", "timeout"))

# (platform, api): the names, and how a sentence calls the api.
BODIES = {
    ("openai", "openai-chat"): (_CHAT, "/v1/chat/completions"),
    ("openai", "openai-responses"): (_RESPONSES, "/v1/responses"),
    ("openai", "openai-embeddings"): (_EMBEDDINGS, "/v1/embeddings"),
    ("openai", "openai-completions"): (_COMPLETIONS, "/v1/completions"),
    ("azure", "openai-chat"): (_CHAT | _AZURE_ONLY, "Azure's chat completions"),
    ("azure", "openai-responses"): (_RESPONSES, "Azure's responses"),
    ("azure", "openai-embeddings"): (_EMBEDDINGS | {"input_type"}, "Azure's embeddings"),
    ("anthropic", "anthropic"): (_MESSAGES, "Anthropic's Messages"),
    ("mistral", "openai-chat"): (_MISTRAL, "Mistral's chat completions"),
    ("groq", "openai-chat"): (_GROQ, "Groq's chat completions"),
    ("fireworks", "openai-chat"): (_FIREWORKS, "Fireworks' chat completions"),
}
# Who refuses whatever it does not know; of the others only a name that looks like a known one is sure to be wrong.
STRICT = frozenset(("openai", "azure", "anthropic", "mistral", "google", "vertex"))

# Top of a generateContent body, and its generationConfig; REST takes both spellings.
GEMINI = (
    "model", "contents", "systemInstruction", "tools", "toolConfig", "safetySettings", "generationConfig",
    "cachedContent", "serviceTier", "store", "continuationToken", "labels", "modelArmorConfig", "outputConfig",
    "generateContentRequest",
)  # fmt: skip
GENERATION = (
    "candidateCount", "maxOutputTokens", "temperature", "topP", "topK", "stopSequences", "seed", "presencePenalty",
    "frequencyPenalty", "responseLogprobs", "logprobs", "responseMimeType", "responseSchema", "responseJsonSchema",
    "responseModalities", "responseFormat", "mediaResolution", "speechConfig", "thinkingConfig", "imageConfig",
    "audioTimestamp", "audioTranscriptionConfig", "translationConfig", "routingConfig", "modelConfig",
    "modelSelectionConfig", "_responseJsonSchema", "enableEnhancedCivicAnswers", "enableAffectiveDialog",
)  # fmt: skip
PART = (
    "text", "thought", "thoughtSignature", "inlineData", "fileData", "functionCall", "functionResponse",
    "executableCode", "codeExecutionResult", "videoMetadata", "mediaResolution", "toolCall", "toolResponse",
    "partMetadata", "audioTranscription", "mediaProcessing", "speechMetadata", "documentMetadata",
    "spreadsheetMetadata", "audioMetadata",
)  # fmt: skip
GEMINI_TOOLS = (
    "functionDeclarations", "googleSearch", "googleSearchRetrieval", "codeExecution", "urlContext", "googleMaps",
    "fileSearch", "computerUse", "enterpriseWebSearch", "retrieval", "parallelAiSearch", "exaAiSearch", "mcpServers",
)  # fmt: skip
THINKING = ("includeThoughts", "thinkingBudget", "thinkingLevel")

# What one thing is called: names that others have for it, without their marks and in lower case, and where it is
# written in each api. The first meaning that a name has holds.
MEANINGS: tuple[tuple[frozenset[str], dict[str, str]], ...] = (
    (
        frozenset((
            "maxtokens", "maxcompletiontokens", "maxoutputtokens", "maxnewtokens", "maxtokenstosample", "maxlength",
        )),
        {"openai-chat": "max_completion_tokens", "openai-responses": "max_output_tokens",
         "openai-completions": "max_tokens", "anthropic": "max_tokens", "gemini": "generationConfig.maxOutputTokens",
         "mistral": "max_tokens"},
    ),
    (
        frozenset(("stop", "stopsequences", "stopsequence")),
        {"openai-chat": "stop", "openai-completions": "stop", "anthropic": "stop_sequences",
         "gemini": "generationConfig.stopSequences"},
    ),
    (
        frozenset(("n", "candidatecount", "numcompletions")),
        {"openai-chat": "n", "openai-completions": "n", "gemini": "generationConfig.candidateCount"},
    ),
    (
        frozenset(("messages", "input", "inputs", "contents", "prompt")),
        {"openai-chat": "messages", "openai-responses": "input", "openai-embeddings": "input",
         "openai-completions": "prompt", "anthropic": "messages", "gemini": "contents"},
    ),
    (
        frozenset(("system", "systeminstruction", "systemprompt", "instructions")),
        {"openai-chat": "a message of the role system", "openai-responses": "instructions", "anthropic": "system",
         "gemini": "systemInstruction"},
    ),
    (
        frozenset(("responseformat", "outputformat", "responseschema", "responsejsonschema", "format")),
        {"openai-chat": "response_format", "openai-responses": "text.format", "anthropic": "output_config.format",
         "gemini": "generationConfig.responseSchema"},
    ),
    (
        frozenset(("responsemimetype",)),
        {"openai-chat": "response_format", "openai-responses": "text.format",
         "gemini": "generationConfig.responseMimeType"},
    ),
    (
        frozenset(("reasoningeffort", "reasoning", "effort", "thinking", "thinkingconfig")),
        {"openai-chat": "reasoning_effort", "openai-responses": "reasoning.effort",
         "anthropic": "output_config.effort", "gemini": "generationConfig.thinkingConfig",
         "gemini-thinking": "thinkingLevel"},
    ),
    (
        frozenset(("budgettokens", "budget", "thinkingbudget", "thinkinglevel", "includethoughts")),
        {"openai-chat": "reasoning_effort", "openai-responses": "reasoning.effort",
         "anthropic": "thinking.budget_tokens", "gemini": "generationConfig.thinkingConfig",
         "gemini-thinking": "thinkingBudget"},
    ),
    (
        frozenset(("verbosity",)),
        {"openai-chat": "verbosity", "openai-responses": "text.verbosity"},
    ),
    (
        frozenset(("functions", "function", "functiondeclarations", "tools")),
        {"openai-chat": "tools", "openai-responses": "tools", "anthropic": "tools", "gemini": "tools",
         "gemini-tool": "functionDeclarations"},
    ),
    (
        frozenset(("functioncall", "toolchoice", "toolconfig", "functioncallingconfig")),
        {"openai-chat": "tool_choice", "openai-responses": "tool_choice", "anthropic": "tool_choice",
         "gemini": "toolConfig"},
    ),
    (
        frozenset(("seed", "randomseed")),
        {"openai-chat": "seed", "openai-completions": "seed", "gemini": "generationConfig.seed",
         "mistral": "random_seed"},
    ),
    (
        frozenset(("user", "enduserid")),
        {"anthropic": "metadata.user_id"},
    ),
    (
        frozenset(("config",)),
        {"gemini": "generationConfig"},
    ),
)  # fmt: skip
