"""Compares counters of tokens: whole processes in turn, medians, ratios, peak memory, as a Markdown table.

    python tests/bench/compare.py --size 2KB --size 60MB --peers /path/to/venv-with-the-others/bin/python

Fetches nothing. ttok, tokenmeter-cli, tiktoken and gigatoken are run where ``--peers`` has them;
who is not installed is listed as missing. Every contender must come to the same number of tokens.
Contenders that hold a whole file in memory are left out above ``--most`` bytes. Peak memory is that of the
largest process; with several, the others add to it.
``--also before="/path/to/tokcost count -q --encoding o200k_base"`` adds a contender; the path of the
corpus is put behind it.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.contenders import Contender, contenders, warm_cache
from tests.bench.corpora import size_of, split_corpus, write_corpus
from tests.bench.measure import Result, run_once


def main() -> int:
    """Run every contender at every size; 1 when two of them disagree on a count."""
    options = _options()
    folder = Path(options.folder or tempfile.mkdtemp(prefix="tokcost-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    rank_file, environment = warm_cache(folder)
    everybody = contenders(Path(options.peers), rank_file, options.also)
    if options.only:
        everybody = [each for each in everybody if any(each.name.startswith(name) for name in options.only)]
    print(machine(Path(options.peers)), flush=True)
    agreed = True
    for kind in options.corpus or ["source"]:
        for size in options.size or ["2KB", "60MB"]:
            path = folder / f"{kind}-{size}.txt"
            write_corpus(path, kind, size_of(size))
            files = [(f"{size} of {kind}", path)]
            if options.pieces > 1:
                pieces = folder / f"{kind}-{size}-{options.pieces}"
                split_corpus(path, pieces, options.pieces)
                files.append((f"{size} of {kind} in {options.pieces:,} files", pieces))
            for title, target in files:
                lines = everybody
                if path.stat().st_size > size_of(options.most):
                    lines = [
                        each if each.streams else each._replace(missing=f"holds it in memory: over {options.most}")
                        for each in everybody
                    ]
                results = rounds(lines, target, environment, options.runs, options.timeout)
                print(f"\n**{title}**\n\n{table(results)}", flush=True)
                agreed &= target.is_dir() or _agree(results)
    return 0 if agreed else 1


def rounds(
    everybody: list[Contender], target: Path, environment: dict[str, str], runs: int, timeout: float
) -> list[Result]:
    """``runs`` rounds in which everybody has one turn, after one round that is not counted."""
    results = {each.name: Result(each.name, [], each.missing) for each in everybody}
    for number in range(runs + 1):
        for each in everybody:
            result = results[each.name]
            if result.problem:
                continue
            if target.is_dir() and not each.folders:
                results[each.name] = result._replace(problem="counts one file")
                continue
            try:
                run = run_once(each.command(target), environment, timeout)
            except (OSError, RuntimeError) as error:
                results[each.name] = Result(each.name, [], f"failed: {error}")
                continue
            if number:
                result.runs.append(run)
    return list(results.values())


def table(results: list[Result]) -> str:
    """Median, ratios to the peers that ran, peak memory."""
    against = [each for each in results if each.runs and not each.name.startswith("tokcost,")]
    heads = ["", "median", *(f"x {each.name}" for each in against), "peak memory", "tokens"]
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    for each in results:
        if not each.runs:
            lines.append(f"| {each.name} | {each.problem} |" + " |" * (len(heads) - 2))
            continue
        ratios = [f"{each.ratio_to(other):.2f}" if other is not each else "1" for other in against]
        shown = f"{each.seconds * 1000:,.0f} ms" if each.seconds < 1 else f"{each.seconds:,.2f} s"
        lines.append("| " + " | ".join([each.name, shown, *ratios, f"{each.megabytes:,.0f} MB", _tokens(each)]) + " |")
    return "\n".join(lines)


def machine(peers: Path) -> str:
    """What the numbers were taken on."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r"model name\s*:\s*(.+)", text)
    cpu = found[1] if found else platform.processor() or platform.machine()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    code = (
        "from importlib.metadata import version, PackageNotFoundError\n"
        "for name in ('tokcost', 'ttok', 'tiktoken', 'tokenmeter-cli', 'gigatoken', 'typer'):\n"
        "    try: print(name, version(name), end=', ')\n"
        "    except PackageNotFoundError: pass"
    )
    versions = [
        subprocess.run([str(each), "-c", code], capture_output=True, text=True, check=False).stdout.rstrip(", ")
        for each in (Path(sys.executable), peers)
    ]
    return (
        f"{cpu}, {cores} cores, {platform.system()}, Python {platform.python_version()}; "
        f"ours: {versions[0]}; peers: {versions[1]}"
    )


def _tokens(result: Result) -> str:
    """The number of tokens in what a contender printed."""
    found = re.search(r'"total_tokens": (\d+)', result.runs[0].out) or re.search(r"(\d+)\s*$", result.runs[0].out)
    return f"{int(found[1]):,}" if found else "?"


def _agree(results: list[Result]) -> bool:
    counts = {each.name: _tokens(each) for each in results if each.runs}
    if len(set(counts.values())) > 1:
        print(f"\nthe counts differ: {', '.join(f'{name} {count}' for name, count in counts.items())}", file=sys.stderr)
    return len(set(counts.values())) <= 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", action="append", help="corpus size, as 2KB, 60MB, 1GB; repeatable")
    parser.add_argument("--corpus", action="append", choices=["source", "multilingual"], help="repeatable")
    parser.add_argument("--runs", type=int, default=7, help="rounds that count")
    parser.add_argument("--peers", default=sys.executable, help="the Python that has the other contenders")
    parser.add_argument("--folder", help="keep corpora here from one run to the next")
    parser.add_argument("--most", default="200MB", help="the largest file for who holds it in memory")
    parser.add_argument("--pieces", type=int, default=1, help="count the same bytes in so many files, too")
    parser.add_argument("--only", action="append", help="contenders whose name begins so; repeatable")
    parser.add_argument("--also", action="append", default=[], help='one more contender, as name="command"')
    parser.add_argument("--timeout", type=float, default=600, help="seconds after which a process is ended")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
