"""A branch does not change the rules that it is held to in silence, nor at all where they are protected."""

from __future__ import annotations

import os
from typing import NamedTuple

from tokcost.budgets.left_prompts import left_prompts
from tokcost.budgets.measured import CheckOptions
from tokcost.budgets.rule_changes import rule_changes
from tokcost.budgets.rule_set import CommitFiles, rules_here, rules_then
from tokcost.phrases import plural
from tokcost.report import Finding

RULE = "rules-changed"
# What a branch may always do.
_PROTECTED = "protect-rules false → true"
# So many changes are named in the one line that stands before everything.
_NAMED = 20


class RuleMoves(NamedTuple):
    """How the rules differ from those of the base, and what became of prompts that they named no more.

    ``protected``: either side says that they may not. ``new``: the base had none.
    """

    changes: list[str]
    left: list[str]
    protected: bool
    new: str = ""

    def headlines(self) -> list[str]:
        """What is told before anything else."""
        if self.new:
            return [f"rules are new in this branch: {self.new} has no configuration at the base to compare with"]
        more = [f"{plural(len(self.changes) - _NAMED, 'more change')}"] if len(self.changes) > _NAMED else []
        told = "; ".join([*self.changes[:_NAMED], *more])
        return [*([f"rules changed in this branch: {told}"] if told else []), *self.left]

    def findings(self, options: CheckOptions) -> list[Finding]:
        """One for each change where rules are protected."""
        file, line = os.path.basename(options.config.path), options.config.line("protect-rules") or 1
        return [
            Finding(
                RULE, f"{change}: the rules are protected",
                "take it back, or have it agreed to in a change of its own",
                name=change, file=file, line=line, rule_file=file, rule_line=line,
            )
            for change in (self.changes if self.protected else ())
            if change != _PROTECTED
        ]  # fmt: skip


def rule_moves(options: CheckOptions, ref: str, exact: bool, protected: bool = False) -> RuleMoves:
    """The rules here against those of a commit. Raises GitError where git does not know it."""
    files = CommitFiles(options.config.folder, ref, exact)
    now = rules_here(options.config, options.book, files)
    then = rules_then(now, files, options.named)
    protected = protected or options.config.protect_rules or bool(then.config and then.config.protect_rules)
    if then.config is None and not then.unread:
        return RuleMoves([], [], protected, now.path)
    changes = rule_changes(then, now, options.book, options.terms)
    return RuleMoves(changes, left_prompts(options, then, files), protected)
