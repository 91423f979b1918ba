"""The documentation is true: every id is explained, both languages have the same pages, printed pages are current, links
lead somewhere, and the commands that README names exist."""

import os
import pathlib
import re
import shlex
import subprocess
import unittest

import ids

ROOT = ids.ROOT
DOCS = ROOT / "gateway/docs"
LANGUAGES = ("en", "ja")
MUGAI = os.environ.get("MUGAI_BINARY", str(ROOT / "build/mugai"))


def text(path):
    return path.read_text(encoding="utf-8")


def pages(language):
    return sorted(page.name for page in (DOCS / language).glob("*.md"))


def without_code(page):
    return re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)


def headings(page):
    """Their levels, in order."""
    return [len(marks) for marks in re.findall(r"^(#+) ", without_code(page), flags=re.MULTILINE)]


def rows_by_section(page):
    """Per section the first cells of its tables: the ids in the runbook."""
    sections = [[]]
    for line in page.splitlines():
        if line.startswith("## "):
            sections.append([])
        row = re.match(r"\| `([a-z0-9.-]+)` \|", line)
        if row:
            sections[-1].append(row.group(1))
    return [section for section in sections if section]


def mugai(*words):
    return subprocess.run([MUGAI, *words], capture_output=True, text=True, encoding="utf-8", check=False)


class Runbook(unittest.TestCase):
    """Sections in order: events, errors, acts, reasons."""

    def check_section(self, number, expected):
        self.assertGreater(len(expected), 20, "the search through the source finds nothing: repair ids.py")
        for language in LANGUAGES:
            entries = rows_by_section(text(DOCS / language / "runbook.md"))[number]
            self.assertEqual(sorted(expected - set(entries)), [], f"no entry in {language}/runbook.md")
            self.assertEqual(sorted(set(entries) - expected), [], f"{language}/runbook.md explains what is not in the code")
            self.assertEqual(entries, sorted(set(entries)), f"{language}/runbook.md: sorted, each once")

    def test_every_event_is_explained(self):
        self.check_section(0, ids.events())

    def test_every_error_is_explained(self):
        self.check_section(1, ids.errors())

    def test_every_act_has_an_entry(self):
        self.check_section(2, {row[0] for row in ids.acts()})

    def test_every_reason_is_explained(self):
        self.check_section(3, {row[0] for row in ids.table()})

    def test_reasons_read_as_the_recipient_reads_them(self):
        for column, language in ((2, "en"), (1, "ja")):
            page = text(DOCS / language / "runbook.md")
            for row in ids.table():
                self.assertIn(f"| `{row[0]}` | {row[column]} |", page, f"{language}/runbook.md")


class Reasons(unittest.TestCase):
    def test_the_table_is_sorted_and_each_id_stands_once(self):
        found = [row[0] for row in ids.table()]
        self.assertEqual(found, sorted(set(found)))

    def test_every_reason_of_the_code_is_in_the_table(self):
        self.assertEqual(sorted(ids.reasons() - {row[0] for row in ids.table()}), [])

    def test_no_reason_escapes_the_search(self):
        self.assertEqual(sorted(ids.unclassified_words()), [], "a reason that ids.reasons() does not see, or a new other word")

    def test_the_table_has_no_reason_that_nothing_gives(self):
        self.assertEqual(sorted({row[0] for row in ids.table()} - ids.reasons()), [])

    def test_each_has_a_text_in_both_languages(self):
        for reason, japanese, english in ids.table():
            self.assertRegex(japanese, r"[\u3040-\u30ff\u4e00-\u9fff]", reason)
            self.assertRegex(english, r"[a-z]{3}", reason)


class Languages(unittest.TestCase):
    def test_both_have_the_same_pages(self):
        self.assertIn("index.md", pages("en"))
        self.assertEqual(pages("en"), pages("ja"))

    def test_pages_have_the_same_outline(self):
        for page in pages("en"):
            self.assertEqual(headings(text(DOCS / "en" / page)), headings(text(DOCS / "ja" / page)), page)

    def test_pages_have_tables_and_commands_of_the_same_length(self):
        for page in pages("en"):
            counts = [(len(re.findall(r"^\|", text(DOCS / one / page), flags=re.MULTILINE)),
                       len(re.findall(r"^```", text(DOCS / one / page), flags=re.MULTILINE))) for one in LANGUAGES]
            self.assertEqual(*counts, page)

    def test_the_index_names_every_page(self):
        for language in LANGUAGES:
            index = text(DOCS / language / "index.md")
            for page in pages(language):
                if page != "index.md":
                    self.assertIn(f"]({page})", index, language)

    def test_every_page_for_administrators_admits_its_cons(self):
        for page in pages("en"):
            if page != "settings.md":
                self.assertRegex(text(DOCS / "en" / page), r"(?m)^## Cons$", page)
                self.assertRegex(text(DOCS / "ja" / page), r"(?m)^## 短所$", page)


class Printed(unittest.TestCase):
    def test_the_settings_pages_are_what_the_program_prints(self):
        for language, words in (("en", []), ("ja", ["--ja"])):
            printed = mugai("config", "settings", *words)
            self.assertEqual(printed.returncode, 0, printed.stderr)
            self.assertEqual(text(DOCS / language / "settings.md"), printed.stdout,
                             f"print {language}/settings.md anew: mugai config settings {' '.join(words)}")

    def test_the_limits_page_gives_the_defaults_of_the_program(self):
        defaults = dict(re.findall(r"^\| `(max_[a-z_]+)` \| `\"?([^`\"]+)\"?` \|", text(DOCS / "en/settings.md"), re.MULTILINE))
        self.assertIn("max_message", defaults)
        for language in LANGUAGES:
            rows = re.findall(r"^\| `(max_[a-z_]+)` \| ([0-9][0-9,]*(?: [KMG]iB)?) \|", text(DOCS / language / "limits.md"), re.MULTILINE)
            self.assertGreater(len(rows), 8)
            for name, value in rows:
                self.assertEqual(value.replace(",", ""), defaults[name], f"{language}/limits.md: {name}")


class Links(unittest.TestCase):
    def test_links_between_pages_lead_somewhere(self):
        checked = 0
        for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / one for one in (
                "gateway/README.md", "gateway/spool/FORMAT.md", "gateway/keep/FORMAT.md", "smtp/README.md",
                "sanitizers/README.md", "config/README.md", "tests/README.md", "fuzz/README.md"))]:
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", without_code(text(page))):
                if "://" not in target:
                    checked += 1
                    self.assertTrue((page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}")
        self.assertGreater(checked, 40)


def commands(page):
    """Lines of code blocks, without comments and without the lists of what a command does."""
    for kind, block in re.findall(r"^```([a-z]*)\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL):
        for line in [] if kind else block.splitlines():
            command = re.split(r"\s+#|\s{3,}", line.strip())[0]
            for one in command.split(" && "):
                if one:
                    yield shlex.split(re.sub(r"[…\[\]]", "", one))


class Commands(unittest.TestCase):
    def check_mugai(self, words, where):
        subcommands = []
        for word in words[1:]:
            deepest = 3 if subcommands[:2] == ["user", "token"] else 2
            if not re.fullmatch(r"[a-z]+", word) or len(subcommands) == deepest:
                break
            subcommands.append(word)
        asked = mugai(*subcommands, "--help")
        self.assertEqual(asked.returncode, 0, f"{where}: {' '.join(words)}")
        for option in (word for word in words if re.fullmatch(r"--?[a-z][a-z-]*", word)):
            self.assertRegex(asked.stdout, rf"(?m)(^|[\s,]){option}\b", f"{where}: {' '.join(words)}")

    def test_those_of_readme_and_of_the_guide_exist(self):
        seen = 0
        for name in ("README.md", "gateway/docs/en/operate.md", "gateway/docs/ja/operate.md", "gateway/docs/en/accounts.md",
                     "gateway/docs/ja/accounts.md"):
            for words in commands(text(ROOT / name)):
                if words[0] in ("mugai", "build/mugai"):
                    seen += 1
                    self.check_mugai(words, name)
                elif "/" in words[0]:
                    seen += 1
                    self.assertTrue(os.access(ROOT / words[0], os.X_OK), f"{name}: {words[0]}")
                for word in words[1:]:
                    if word.startswith("config/"):
                        self.assertTrue((ROOT / word).exists(), f"{name}: {word}")
        self.assertGreater(seen, 20)

    def test_exit_statuses_are_as_documented(self):
        self.assertEqual(mugai("no-such-command").returncode, 2)
        self.assertEqual(mugai("config", "check", "/no/such/file").returncode, 2)
        self.assertEqual(mugai("mail", "/no/such/file").returncode, 1)

    def test_the_configuration_of_readme_is_good(self):
        sample = re.search(r"^```toml\n(.*?)^```", text(ROOT / "README.md"), flags=re.MULTILINE | re.DOTALL).group(1)
        checked = subprocess.run([MUGAI, "config", "check", "/dev/stdin"], input=sample, capture_output=True, text=True,
                                 encoding="utf-8", check=False)
        self.assertEqual(checked.returncode, 0, checked.stderr)


if __name__ == "__main__":
    unittest.main()
