"""LibreOffice without a window, with a profile of its own: reads documents as text, and writes and reads them under a password."""
import pathlib
import subprocess
import tempfile

CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
TEXT = "txt:Text (encoded):UTF8"

_MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Lock" script:language="StarBasic">
Sub Main(source, target, filter, word)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  doc = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  Dim keys(1) As New com.sun.star.beans.NamedValue
  keys(0).Name = "OOXPassword" : keys(0).Value = word
  keys(1).Name = "CryptoType" : keys(1).Value = "Standard"
  Dim how(2) As New com.sun.star.beans.PropertyValue
  how(0).Name = "FilterName" : how(0).Value = filter
  If InStr(filter, "2007") > 0 Then
    how(1).Name = "EncryptionData" : how(1).Value = keys()
  Else
    how(1).Name = "Password" : how(1).Value = word
  End If
  doc.storeToURL(target, how())
  doc.close(True)
End Sub
Sub Export(source, target, filter, options, word)
  Dim how(1) As New com.sun.star.beans.PropertyValue
  how(0).Name = "Hidden" : how(0).Value = True
  how(1).Name = "Password" : how(1).Value = word
  doc = StarDesktop.loadComponentFromURL(source, "_blank", 0, how())
  Dim form(1) As New com.sun.star.beans.PropertyValue
  form(0).Name = "FilterName" : form(0).Value = filter
  form(1).Name = "FilterOptions" : form(1).Value = Join(Split(options, "/"), ",")
  doc.storeToURL(target, form())
  doc.close(True)
End Sub
</script:module>
"""
_FILTERS = {".docx": "MS Word 2007 XML", ".xlsx": "Calc MS Excel 2007 XML", ".doc": "MS Word 97", ".xls": "MS Excel 97"}


class LibreOffice:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.profile = self.folder / "profile"

    def run(self, *words):
        return subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{self.profile}", *words], capture_output=True, text=True, timeout=120, check=False)

    def converted(self, path, form, folder):
        """The files that it makes of a document."""
        before = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
        done = self.run("--convert-to", form, "--outdir", str(folder), str(path))
        files = sorted(file for file in folder.iterdir() if before.get(file) != file.stat().st_mtime_ns and file.is_file())
        if not files:
            raise AssertionError(f"LibreOffice does not open {path.name}: {done.stdout}{done.stderr}")
        return files

    def as_text(self, path, form):
        """What it reads in a document: all that it writes, sheet by sheet; "pdf" for what it only shows."""
        with tempfile.TemporaryDirectory(dir=self.folder) as out:
            files = self.converted(path, form, pathlib.Path(out))
            if form == "pdf":
                return subprocess.run(["pdftotext", str(files[0]), "-"], capture_output=True, text=True, check=True).stdout
            return "".join(file.read_text(encoding="utf-8-sig") for file in files)

    def call(self, source, name, *words):
        """Only its own macros can give or take a password; its first start makes the library that they live in."""
        library = self.profile / "user/basic/Standard"
        if not (library / "script.xlb").exists():
            self.run("--convert-to", "pdf", "--outdir", str(self.folder / "first"), str(source))
        if not (library / "Lock.xba").exists():
            (library / "Lock.xba").write_text(_MACRO)
            index = (library / "script.xlb").read_text()
            (library / "script.xlb").write_text(index.replace("</library:library>", ' <library:element library:name="Lock"/>\n</library:library>'))
        return self.run(f"macro:///Standard.Lock.{name}({','.join(chr(34) + word + chr(34) for word in words)})")

    def lock(self, source, target, password):
        done = self.call(source, "Main", source.as_uri(), target.as_uri(), _FILTERS[target.suffix], password)
        if not target.exists():
            raise AssertionError(f"LibreOffice does not write {target.name}: {done.stdout}{done.stderr}")

    def locked_as_text(self, path, form, password):
        """Like as_text(), of a document under a password."""
        extension, name, options = form.split(":", 2)
        with tempfile.TemporaryDirectory(dir=self.folder) as out:
            target = pathlib.Path(out) / f"{path.stem}.{extension}"
            done = self.call(path, "Export", path.as_uri(), target.as_uri(), name, options.replace(",", "/"), password)   # a comma ends a word
            files = sorted(pathlib.Path(out).iterdir())
            if not files:
                raise AssertionError(f"LibreOffice does not open {path.name}: {done.stdout}{done.stderr}")
            return "".join(file.read_text(encoding="utf-8-sig") for file in files)
