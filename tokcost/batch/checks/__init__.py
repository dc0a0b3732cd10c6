"""What a provider refuses of a request and of a batch file, before it is sent; the rest of the file is still priced.

A rule stands here where the provider says so itself: in the types of its SDK, in its reference, or in an error
that many have met. What a provider may take is never called a problem.
"""

from tokcost.batch.checks.checker import Checker

__all__ = ["Checker"]
