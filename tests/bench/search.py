#!/usr/bin/env python3
"""Lists and searches over many mails, in SQLite and in PostgreSQL (a server of its own): fills both, measures, prints Markdown.

  cmake --build build --target search_bench && python3 tests/bench/search.py [--mails 1000000] [--items 100000] [--rounds 60]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import with_postgresql  # noqa: E402


def measure(program, options, *url):
    with tempfile.TemporaryDirectory(prefix="mugai-search-") as directory:
        words = [program, directory, options.mails, options.items, options.rounds, *url]
        run = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, text=True, check=True)
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    return rows[0]["seconds"], {row["query"]: row for row in rows[1:]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build")
    parser.add_argument("--mails", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    program = pathlib.Path(options.build) / "tests/bench/search_bench"
    results = {"SQLite": measure(program, options)}
    server = with_postgresql.Server()
    if server.programs:
        try:
            results["PostgreSQL"] = measure(program, options, f"postgresql://{server.start()}/postgres")
        finally:
            server.stop()
    print("| list or search | " + " | ".join(f"{name}, median ms | 95 % within ms" for name in results) + " |")
    print("|---|" + "---|---|" * len(results))
    for query in next(iter(results.values()))[1]:
        print(f"| {query} | " + " | ".join(f"{rows[query]['median']} | {rows[query]['p95']}" for _, rows in results.values()) + " |")
    for name, (seconds, _) in results.items():
        print(f"\n{name}: filled with {options.mails / seconds:,.0f} mails/s")


if __name__ == "__main__":
    main()
