"""How Gemini requests are billed, in each of the ways that a framing of the price book may name.

Fitted on 170 requests recorded with their usage (2024-09 to 2026-08). Three ways were found:

- LEAVES (Vertex, and the Gemini API up to 2.0): every text of the request by itself, as the local
  tokenizer of Google's Python client adds them up, and one token for every type that a schema names.
- LINES (2.5 on the Gemini API): one token for every content, and functions as lines of parameters.
- MARKUP (3 on the Gemini API): one token for the request, and functions, calls and results in the markup
  that Google published with FunctionGemma.
"""

from __future__ import annotations

LEAVES = "leaves"
LINES = "lines"
MARKUP = "markup"

# LINES, for one function (28 of 29 recorded first turns are exact with these): beside the words of its name and
# description, and beside the words of every parameter. A description takes one less, for it replaces a blank.
FUNCTION = 18
PARAMETER = 10
DESCRIBED = -1
# Beyond plain parameters little is recorded (3 requests): the share by which what is nested deviates;
# an element type, an alternative, any other keyword.
OPTIONAL = (0, 0, 3)
NESTED = (0.93, 1.1)
ELEMENT = (9, 3, 14)
ALTERNATIVE = (6, 0, 12)
KEYWORD = (2, 0, 7)
# A call with its arguments as JSON, and its response as JSON: 10 together (12 of 12 recorded rounds within 2).
CALL = 5
RESPONSE = 5

# Tools of the provider: grounding is billed by request, what it finds is not in the prompt.
SERVER_TOOL = (0, -6, 60)

# A part of a kind that is not known.
OTHER_PART = (500, 0, 20_000)
