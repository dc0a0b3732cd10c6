"""``python -I -m tokcost.action``, as action.yml runs it."""

import sys

from tokcost.action.step import run_step

sys.exit(run_step())
