"""One document through `mugai file`: what comes out, what the report says of it, and that it is not changed a second time."""
import json
import shutil
import subprocess

from mugai import BINARY


class Documents:
    """For a unittest.TestCase that has a folder."""

    def treated(self, path, *options, given=""):
        """The result, or None when nothing leaves, and the report's items. `given` is the standard input."""
        out, report = self.folder / "out" / path.name, self.folder / "report"
        shutil.rmtree(out, ignore_errors=True)
        report.unlink(missing_ok=True)
        out.mkdir(parents=True)
        done = subprocess.run([BINARY, "file", str(path), "-o", str(out), "--report", str(report), *map(str, options)],
                              input=given, capture_output=True, text=True, check=False)
        results = list(out.iterdir())
        self.assertEqual(done.returncode, 0 if results else 3, f"{path.name}: {done.stdout}{done.stderr}")
        return (results[0] if results else None), json.loads(report.read_text())["items"]

    def rebuilt(self, path, *options):
        """The result and its own item."""
        result, items = self.treated(path, *options)
        self.assertIsNotNone(result, f"{path.name}: {items}")
        return result, items[0]

    def assert_stays(self, result):
        """What came out goes through again unchanged, and passes the second look."""
        copy = self.folder / f"again{result.suffix}"
        copy.write_bytes(result.read_bytes())
        again, item = self.rebuilt(copy)
        self.assertEqual((again.read_bytes(), item["removed"]), (copy.read_bytes(), []))
        look = subprocess.run([BINARY, "file", str(copy), "--verify"], capture_output=True, text=True, check=False)
        self.assertEqual(look.returncode, 0, look.stdout)
