"""No key that anything holds is ever shown: of every form, by every command, in every format, in errors too."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import Result, Run
from tests.keys import AROUND, FORMS, ORDINARY, key_of
from tests.repos import Repo
from tokcost.masking import HINTS
from tokcost.masking.forms import FORMS as FORMS_OF_KEYS

FORMATS = ("table", "json", "jsonl", "csv", "markdown", "github", "gitlab", "sarif", "junit")
USED = {"prompt_tokens": 1000, "completion_tokens": 100}
# Keys that may stand in a file name and on a command line, one of each sort.
SHORT = ("OpenAI project", "Anthropic", "AWS session", "Google secret", "Slack bot", "GitHub")


def shown(result: Result, keys: list[str]) -> list[str]:
    """The keys that can be read in what was written, as they are or encoded for a URL."""
    text = result.out + result.err
    return [key for key in keys if key in text or quote(key, safe="") in text or quote(key) in text]


def test_no_form_of_a_key_is_shown_however_it_stands_there(run: Run) -> None:
    """45 forms in 12 surroundings: as clients of a log, in JSON and in a table, and as ids and roles of a batch."""
    random = Random(12)
    keys, texts = [], []
    for form in FORMS:
        for around in AROUND.values():
            text, key = key_of(form, random)
            keys.append(key)
            texts.append(around(text))
    log = "".join(json.dumps({"model": "gpt-4o", "usage": USED, "client": text}) + "\n" for text in texts)
    Path("log.jsonl").write_text(log)
    Path("r.jsonl").write_text("".join(json.dumps(_request(text, text)) + "\n" for text in texts))
    results = [run("usage", "log.jsonl", "--by", "client", "-f", form) for form in ("json", "table")]
    assert len(json.loads(results[0].out)["rows"]) == len(texts)
    results.append(run("batch", "r.jsonl", "-f", "json"))
    assert [shown(result, keys) for result in results] == [[]] * len(results)


def _request(role: str, custom_id: str) -> dict[str, Any]:
    body = {"model": "gpt-4o", "messages": [{"role": role, "content": "Hello"}]}
    return {"custom_id": custom_id, "method": "POST", "url": "/v1/chat/completions", "body": body}


def test_glued_to_a_letter_a_key_is_one_still(run: Run) -> None:
    """No blank or sign need stand before a beginning that no word has."""
    random = Random(5)
    forms = [form for form in FORMS if form not in ("AWS secret", "Azure, long", "DeepSeek")]
    pairs = [key_of(form, random) for form in forms]
    lines = ({"model": "gpt-4o", "usage": USED, "client": f"x{text}"} for text, _ in pairs)
    result = run("usage", "--by", "client", stdin="".join(json.dumps(line) + "\n" for line in lines).encode())
    assert (result.code, shown(result, [key for _, key in pairs])) == (0, [])


def test_ordinary_names_stay_as_they_are(run: Run) -> None:
    """Names with the beginnings of keys, hashes, ids, model names, long names in capitals and small letters."""
    lines = ({"model": "gpt-4o", "usage": USED, "client": name} for name in ORDINARY)
    log = "".join(json.dumps(line) + "\n" for line in lines).encode()
    result = run("usage", "--by", "client", "-f", "json", stdin=log)
    assert result.code == 0
    assert sorted(row["name"] for row in json.loads(result.out)["rows"]) == sorted(set(ORDINARY))
    names = [name for name in ORDINARY if "/" not in name]
    for name in names:
        Path(name).write_text("hello")
    counted = run("count", *names, "-m", "gpt-4o", "-f", "json")
    assert counted.code == 0, counted.err
    assert [row["name"] for row in json.loads(counted.out)["rows"]] == names


REFUSED = (
    "count missing-{}.md", "count p.md -m {}", "count p.md --encoding {}", "count p.md --mode {}", "count p.md -f {}",
    "count p.md --charset {}", "count p.md --currency KRW --fx {}", "count p.md --currency KRW --fx key={}",
    "count p.md --vat {}", "count p.md --max-cost {}", "count p.md --max-tokens {}", "count p.md --as-of {}",
    "count p.md --prices {}.toml", "count p.md --report {}", "count p.md --{}", "count p.md --engine {}", "{}",
    "count p.md -o no/such/{}", "batch r.jsonl --image-size {}", "batch r.jsonl --split-at {}", "batch {}.jsonl",
    "batch r.jsonl --output-ratio {}", "corpus d.jsonl --field {}", "corpus d.jsonl --as {}",
    "corpus d.csv --column {}",
    "check --gate {}", "check --base {}", "check --config {}.toml", "check --from {}.json", "check --max-price-age {}",
    "check --model {}", "diff {}", "lock -o no/such/{}", "init {}", "tokens hi --encoding {}", "tokens hi -m {}",
    "models show openai/{}", "models show {}", "models {}", "models list --provider {}", "prices lint {}.toml",
    "encodings verify {}", "usage u.jsonl --by {}", "usage u.jsonl --map {}", "usage u.jsonl --map {}=x", "usage {}",
    "usage u.jsonl --max-cost-per {}", "usage u.jsonl --max-cost-per {}=1", "usage u.jsonl --rate {}", "audit {}",
    "usage u.jsonl --top {}", "audit u.jsonl --bill {}", "audit u.jsonl --tolerance {}", "whatif --spend {}",
    "whatif u.jsonl --price {}", "whatif u.jsonl --budget {}=x", "whatif u.jsonl --model {}={}", "schema {}",
    "corpus https://127.0.0.1:9/x?key={}", "usage https://127.0.0.1:9/x?sig={}", "count https://ann:{}@127.0.0.1:9/x",
)  # fmt: skip


@pytest.mark.parametrize("command", REFUSED)
def test_no_error_repeats_a_key(run: Run, bare: Path, command: str) -> None:
    """Given for the wrong option, as a name, in a URL: exit 2 with a line, and the key is not in it."""
    _files()
    random = Random(command)
    for form in random.sample(SHORT, 2):
        key = key_of(form, random)[1]
        result = run(*[word.replace("{}", key) for word in command.split()])
        assert shown(result, [key]) == []
        assert result.err or result.out


def _files() -> None:
    Path("p.md").write_text("hello")
    Path("d.jsonl").write_text('{"text": "hello"}\n')
    Path("d.csv").write_text("text\nhello\n")
    Path("u.jsonl").write_text(json.dumps({"model": "gpt-4o", "usage": USED, "cost": "1"}) + "\n")
    Path("r.jsonl").write_text(json.dumps(_request("user", "a")) + "\n")
    Path("tokcost.toml").write_text('model = "gpt-4o"\n[[budget]]\npaths = ["p.md"]\nmax-input-tokens = 0\n')


@pytest.mark.parametrize("form", FORMATS)
def test_no_report_holds_a_key_that_a_name_has(run: Run, repo: Repo, form: str) -> None:
    """Files, headings, YAML keys, budgets, ids and columns named as keys: on stdout, in files, in annotations."""
    random = Random(form)
    keys = [key_of(name, random)[1] for name in ("OpenAI", "Anthropic", "GitHub", "Google", "Slack bot", "Groq")]
    for at, key in enumerate(keys):
        repo.write(f"prompts/{key}.md", f"# {keys[at - 1]}\n\n" + "word " * 2000)
        repo.write(f"u-{key}.jsonl", json.dumps({"model": key, "usage": USED, "cost": "1", "id": keys[at - 1]}) + "\n")
    repo.write("a.yaml", "".join(f"{key}: {{text: word word word}}\n" for key in keys))
    repo.write("d.csv", f"{','.join(keys)}\n1,2,3\n")
    repo.write("r.jsonl", "".join(json.dumps(_request(key, key)) + "\n" for key in (*keys, *keys)))
    repo.write("tokcost.toml", _configuration(keys))
    prompts, logs = [f"prompts/{key}.md" for key in keys], [f"u-{key}.jsonl" for key in keys]
    commands: list[list[object]] = [
        ["check", "--why"], ["check", "--base", "HEAD"], ["check", "-q"], ["diff", "HEAD"], ["lock", "-f", form],
        ["count", *prompts, "--max-tokens", 5], ["corpus", *prompts, "-m", "gpt-4o", "--max-tokens", 5],
        ["batch", "r.jsonl"],
        ["corpus", "d.csv"], ["usage", *logs, "--by", "model,file", "--max-cost-per", "file=0"], ["audit", *logs],
        ["whatif", *logs, "--price", "x2"], ["encodings", "verify", prompts[0], "--encoding", "gpt2"],
    ]  # fmt: skip
    for command in commands:
        result = run(*command, "-f", form, "--report", f"{form}=out.txt")
        assert shown(result, keys) == [], command
        written = Path("out.txt").read_text() if Path("out.txt").exists() else ""
        assert shown(Result(0, written, ""), keys) == [], command
        Path("out.txt").unlink(missing_ok=True)


def _configuration(keys: list[str]) -> str:
    budgets = [
        f'[[budget]]\nname = "{key}"\npaths = ["prompts/{key}.md", "a.yaml#{key}.text"]\nmessage = "ask {key}"\n'
        f"max-input-tokens = 2\nmax-increase = 1\n"
        for key in keys
    ]
    return 'model = "gpt-4o"\n' + "\n".join(budgets)


def test_what_is_written_for_the_next_program_is_not_touched(run: Run, bare: Path) -> None:
    """The parts of a batch, what --pass hands on, the pieces of a text, the names in a lock: they would not work."""
    key = key_of("Anthropic", Random(1))[1]
    line = json.dumps(_request("user", key)) + "\n"
    Path("r.jsonl").write_text(line)
    assert run("batch", "r.jsonl", "--split-lines", 1).code == 0
    assert Path("r.part-001.jsonl").read_text() == line
    assert run("count", "--pass", "-m", "gpt-4o", stdin=key.encode()).out == key
    pieces = json.loads(run("tokens", key, "-m", "gpt-4o", "-f", "json").out)["rows"]
    assert "".join(row["text"] for row in pieces) == key
    Path(f"{key}.md").write_text("hello")
    Path("tokcost.toml").write_text(f'model = "gpt-4o"\n[[budget]]\npaths = ["{key}.md"]\nmax-input-tokens = 9\n')
    assert run("lock").code == 0
    assert f"{key}.md" in json.loads(Path("tokcost.lock").read_text())["prompts"]
    assert run("check", "--locked").code == 0


def test_a_masked_text_is_masked_once(run: Run) -> None:
    """A saved report is read and shown again: its fingerprints are no keys."""
    random = Random(3)
    lines = ({"model": "gpt-4o", "usage": USED, "client": key_of(form, random)[0]} for form in FORMS)
    log = "".join(json.dumps(line) + "\n" for line in lines).encode()
    saved = json.loads(run("usage", "--by", "client", "-f", "json", stdin=log).out)
    again = ({"model": "gpt-4o", "usage": USED, "client": row["name"]} for row in saved["rows"])
    log = "".join(json.dumps(line) + "\n" for line in again).encode()
    found = json.loads(run("usage", "--by", "client", "-f", "json", stdin=log).out)
    assert sorted(row["name"] for row in found["rows"]) == sorted(row["name"] for row in saved["rows"])


def test_the_words_that_are_looked_for_first_are_those_of_the_forms() -> None:
    """Every form's hint holds one of them: a form that was added is not passed over."""
    assert [hint for form in FORMS_OF_KEYS for hint in form.hints if not any(word in hint for word in HINTS)] == []
    assert [word for word in HINTS if not any(word in hint for form in FORMS_OF_KEYS for hint in form.hints)] == []
