"""``python -I -X utf8 -m tokcost.action``, as action.yml runs it."""

import os

from tokcost.action.step import run_step

# A log that cannot be written changes nothing in the verdict, so the interpreter is not let try again at its end.
os._exit(run_step())
