"""Rules of billing as data. The numbers stand in price files; a row of a model names the rules that it follows."""

from tokcost.rules.charges import PER, BatchLimits, Charge, Hint, in_force
from tokcost.rules.frames import ClaudeFrame, Frame, GeminiFrame, HiddenPrompt, OpenAIFrame, TemplateFrame
from tokcost.rules.media import MediaRule
from tokcost.rules.models import CACHING, ModelRules
from tokcost.rules.pictures import Cells, Crops, Flat, Mosaic, Patches, Pictures, Tiles

__all__ = [
    "CACHING",
    "PER",
    "BatchLimits",
    "Cells",
    "Charge",
    "ClaudeFrame",
    "Crops",
    "Flat",
    "Frame",
    "GeminiFrame",
    "HiddenPrompt",
    "Hint",
    "MediaRule",
    "ModelRules",
    "Mosaic",
    "OpenAIFrame",
    "Patches",
    "Pictures",
    "TemplateFrame",
    "Tiles",
    "in_force",
]
