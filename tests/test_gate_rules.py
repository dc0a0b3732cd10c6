"""A branch does not change the rules that it is held to in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import AS_OF, Run, document
from tests.repos import CONFIG, Repo, words

PRICES = '[tokcost]\nschema = 1\n[[openai."gpt-4o".rates]]\nfrom = 2026-01-01\ninput = "{}"\noutput = "10"\n'
CHANGED = "rules changed in this branch: "


@pytest.fixture
def branch(run: Run, repo: Repo) -> Repo:
    """A repository with a limit of money and a lock on main, and a branch of it."""
    repo.write("tokcost.toml", CONFIG + "max-cost = 0.02\n")
    run("lock")
    repo.commit("rules")
    repo.git("checkout", "-qb", "work")
    return repo


def changes(run: Run, *more: str) -> str:
    """What stands first in a check against main."""
    told = document(run("check", "--base", "main", "-f", "json", *more))["headlines"]
    return "\n".join(told)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("max-cost = 0.02", "max-cost = 0.05", "max-cost of 'support' 0.02 → 0.05"),
        ("max-cost = 0.02", 'max-cost = "€0.02"', "max-cost of 'support' 0.02 → 0.02 EUR"),
        ("max-cost = 0.02\n", "", "max-cost of 'support' 0.02 → none"),
        ('"10%"', '"200%"', "max-increase of 'support' 10% → 200%"),
        ("max-input-tokens = 1000", "max-input-tokens = 9000", "max-input-tokens of 'support' 1,000 → 9,000"),
        ('model = "gpt-4o"', 'model = "gpt-4o"\ngate = "floor"', "gate none → 'floor'"),
        ('model = "gpt-4o"', 'model = "gpt-4o-mini"', "model"),
        ('paths = ["prompts/*.md"]', 'paths = ["prompts/a.md"]', "paths of 'support' added 'prompts/a.md' and removed"),
        (
            'paths = ["prompts/*.md"]',
            'paths = ["prompts/*.md"]\nexclude = ["prompts/b.md"]',
            "exclude of 'support' added",
        ),
        ('name = "support"', 'name = "help"', "budget 'support' is named 'help'"),
    ],
)
def test_a_value_that_differs_from_the_base_is_told_first(
    run: Run, branch: Repo, old: str, new: str, told: str
) -> None:  # fmt: skip
    """Each limit, gate, path and model of the configuration, with both of its values."""
    text = (branch.path / "tokcost.toml").read_text()
    assert old in text
    branch.write("tokcost.toml", text.replace(old, new))
    currency = ("--currency", "EUR", "--fx", "0.9@2026-11-01") if "€" in new else ()
    assert changes(run, *currency).startswith(CHANGED + told) or f"; {told}" in changes(run, *currency)


def test_comments_spaces_and_the_order_of_keys_are_no_change(run: Run, branch: Repo) -> None:
    """Typed values are compared: 0.02 in quotes is 0.02."""
    branch.write(
        "tokcost.toml",
        '# prompts of the desk\nmodels = ["gpt-4o"]\n[[budget]]\nmax-cost = "0.020"\nmax-increase = "10.0%"\n'
        'max-input-tokens = 1_000 # as agreed\npaths = "prompts/*.md"\nname = "support"\n',
    )
    assert changes(run) == ""


def test_every_format_says_so(run: Run, branch: Repo) -> None:
    """Where a format has no place for it, stderr does; the table begins with it."""
    branch.write("tokcost.toml", CONFIG + "max-cost = 0.05\n")
    told = CHANGED + "max-cost of 'support' 0.02 → 0.05"
    assert run("check", "--base", "main").out.startswith(told + "\n")
    for form in ("json", "jsonl", "csv", "markdown", "github", "gitlab", "sarif", "junit"):
        result = run("check", "--base", "main", "-f", form)
        assert result.err.startswith(f"tokcost: {told}\n"), form
        assert form in ("jsonl", "csv", "gitlab") or "0.02 → 0.05" in result.out, form
    assert run("diff", "main").out.startswith(told)


def test_a_price_file_is_told_with_the_rates_that_it_changes(run: Run, branch: Repo) -> None:
    """By its own name, named by prices, changed, and gone; a date of comparison alone is told, too."""
    branch.write("pricing.toml", PRICES.format("0.0001"))
    assert "pricing.toml added: gpt-4o input 2.5 → 0.0001" in changes(run)
    branch.write("pricing.toml", PRICES.format("3").replace('input = "3"', 'checked = 2026-01-01\ninput = "3"'))
    branch.commit("prices")
    branch.git("branch", "-f", "main")
    branch.write("pricing.toml", PRICES.format("3").replace('input = "3"', 'checked = 2026-11-01\ninput = "3"'))
    assert "pricing.toml changed: gpt-4o on other days, or beside its rates" in changes(run)
    branch.write("pricing.toml", "# dearer once\n" + PRICES.format("3").replace("input", "checked=2026-01-01\ninput"))
    assert changes(run) == ""
    (branch.path / "pricing.toml").unlink()
    assert "pricing.toml removed: gpt-4o input 3 → 2.5" in changes(run)
    branch.git("checkout", "-q", "pricing.toml")
    branch.write(".cfg/p.toml", PRICES.format("0.1"))
    branch.write("tokcost.toml", 'prices = [".cfg/p.toml"]\n' + (branch.path / "tokcost.toml").read_text())
    assert "prices added '.cfg/p.toml'; .cfg/p.toml added: gpt-4o input 3 → 0.1" in changes(run)
    branch.git("checkout", "-q", "tokcost.toml")
    assert "other.toml added: gpt-4o" in changes(run, "--prices", str(branch.write("other.toml", PRICES.format("0.2"))))


def test_a_lock_that_moved_is_told(run: Run, branch: Repo) -> None:
    """A prompt that was locked anew, a lock that is elsewhere, and one that is gone."""
    branch.write("prompts/a.md", words(105))
    run("lock")
    assert changes(run) == CHANGED + "tokcost.lock moved: 'prompts/a.md' 100 → 105"
    (branch.path / "tokcost.lock").unlink()
    assert changes(run) == CHANGED + "tokcost.lock removed"
    branch.write("tokcost.toml", 'lock = "other.lock"\n' + (branch.path / "tokcost.toml").read_text())
    assert "lock none → 'other.lock'" in changes(run)


def test_the_configuration_that_is_used_is_told(run: Run, branch: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """One nearer that is deleted leaves the folder to that above, one that is added hides it."""
    branch.write("svc/tokcost.toml", CONFIG.replace("prompts", "p"))
    branch.write("svc/p/x.md", words(10))
    branch.commit("svc")
    branch.git("branch", "-f", "main")
    monkeypatch.chdir(branch.path / "svc")
    assert changes(run) == ""
    (branch.path / "svc" / "tokcost.toml").unlink()
    assert CHANGED + "configuration used: svc/tokcost.toml → tokcost.toml" in changes(run)
    monkeypatch.chdir(branch.path)
    branch.write("pyproject.toml", "[tool.tokcost]\n" + CONFIG.replace("[[budget]]", "[[tool.tokcost.budget]]"))
    (branch.path / "tokcost.toml").unlink()
    assert "configuration used: tokcost.toml → pyproject.toml" in changes(run)


def test_what_left_the_budgets_is_told_with_its_growth(run: Run, branch: Repo) -> None:
    """Excluded, or of a budget that was removed; a prompt that was deleted has left no budget."""
    branch.write("prompts/b.md", words(4000))
    branch.write("tokcost.toml", (CONFIG + "max-cost = 0.02\n").replace("max-input", 'exclude = ["*/b.md"]\nmax-input'))
    assert "\nprompts/b.md is in no budget any more: it grew from 200 to 4,000 input tokens for 'gpt-4o'" in changes(
        run
    )
    branch.write("tokcost.toml", (CONFIG + "max-cost = 0.02\n").replace("support", "other").replace("*.md", "a.md"))
    told = changes(run)
    assert "budget 'support' removed" in told and "b.md is in no budget any more: it grew from 200 to 4,000" in told
    branch.git("checkout", "-q", ".")
    (branch.path / "prompts" / "b.md").unlink()
    assert changes(run) == ""


def test_protected_rules_are_a_finding_and_cannot_be_switched_off(run: Run, branch: Repo) -> None:
    """The option, the key of the branch, and the key of the base alone: each change is a finding, exit 1."""
    branch.write("tokcost.toml", CONFIG + "max-cost = 0.05\n")
    assert run("check", "--base", "main").code == 0
    result = run("check", "--base", "main", "--protect-rules", "-q")
    assert (result.code, result.out) == (1, "max-cost of 'support' 0.02 → 0.05: the rules are protected\n")
    branch.write("tokcost.toml", "protect-rules = true\n" + CONFIG + "max-cost = 0.02\n")
    assert run("check", "--base", "main").code == 0, "to protect them is no offence"
    branch.commit("protected")
    branch.git("branch", "-f", "main")
    assert run("check", "--base", "main").code == 0
    for text in ("", "protect-rules = false\n"):
        branch.write("tokcost.toml", text + CONFIG + "max-cost = 0.05\n")
        found = document(run("check", "--base", "main", "-f", "json"))["findings"]
        assert [each["rule"] for each in found] == ["rules-changed", "rules-changed"]
    branch.write("tokcost.toml", "protect-rules = true\n" + CONFIG + "max-cost = 0.02\n")
    branch.write("prompts/a.md", words(101))
    assert run("check", "--base", "main").code == 0, "prompts may grow as they may"
    sarif = json.loads(run("check", "--base", "main", "--protect-rules", "-f", "sarif").out)
    assert "rules-changed" in [rule["id"] for rule in sarif["runs"][0]["tool"]["driver"]["rules"]]


def test_rules_that_cannot_be_compared_do_not_pass_as_protected(run: Run, branch: Repo) -> None:
    """Without a commit there is nothing to hold them to; a base that is broken lets nobody in unseen."""
    result = run("check", "--protect-rules")
    assert (result.code, result.out) == (2, "")
    assert "--protect-rules compares with the rules of a commit: name it with --base" in result.err
    branch.write("tokcost.toml", "protect-rules = true\n" + CONFIG.replace('max-increase = "10%"\n', ""))
    assert "note: protect-rules cannot be checked without a commit" in run("check").err
    branch.write("tokcost.toml", "[[budget]\n")
    branch.commit("broken")
    branch.git("branch", "-f", "main")
    branch.write("tokcost.toml", CONFIG)
    assert CHANGED + "the rules of the base cannot be read (tokcost.toml:1: not valid TOML" in changes(run)
    assert run("check", "--base", "main").code == 0
    assert run("check", "--base", "main", "--protect-rules").code == 1


def test_a_first_configuration_is_new_and_no_offence(run: Run, branch: Repo) -> None:
    """There was nothing to change: the branch that brings the rules says so and passes."""
    branch.git("rm", "-q", "tokcost.toml", "tokcost.lock")
    branch.commit("none")
    branch.git("branch", "-f", "main")
    branch.write("tokcost.toml", "protect-rules = true\n" + CONFIG)
    result = run("check", "--base", "main")
    assert result.code == 0
    assert result.out.startswith("rules are new in this branch: tokcost.toml has no configuration at the base")


def test_every_report_names_what_is_behind_it(run: Run, branch: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration, the currency and the price files, in every format."""
    branch.write("svc/pricing.toml", PRICES.format("3"))
    branch.write("pricing.toml", PRICES.format("3"))
    monkeypatch.chdir(branch.path / "svc")
    book = str(Path("../pricing.toml").resolve())
    for form in ("table", "json", "jsonl", "csv", "markdown", "github", "gitlab", "sarif", "junit"):
        result = run("check", "-f", form, "--currency", "EUR", "--fx", "0.9@2026-11-01")
        assert result.code == 0
        assert "note: held to ../tokcost.toml; amounts in EUR; prices: built-in of " in result.err, form
        assert book in result.err, form
        shown = {"json": '"configuration": "../tokcost.toml"'}.get(form, "held to ../tokcost.toml; amounts in EUR")
        assert form in ("table", "jsonl", "csv", "gitlab") or shown in result.out.replace("\\", ""), form
    counted = run("count", "-t", "word", "-m", "gpt-4o")
    about = f"note: amounts in USD; prices: built-in of {AS_OF}, pricing.toml\n"
    assert counted.err == "note: gpt-4o retires on 2027-01-14\n" + about
