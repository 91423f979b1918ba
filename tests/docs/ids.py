"""Every stable id that the program can produce, found in its source: reasons, events, errors."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A call or an assignment that makes a reason, a note or a thing taken out. Every literal behind it counts.
_MAKES_REASON = re.compile(
    r"""(?:\b(?:note|add_note|add_reason|add_unique|add|removed|held|leaf|hold_all|hold_member|condemn|refused|hold_whole|
            trouble|troubled|give_up|hold|count|count_removed|cuts\.push_back)\(
         |(?:reasons|notes|changed)\.(?:push_back|emplace_back)\(
         |removed\.push_back\(\{
         |\breasons?\ =\ \{?
         |\b(?:hold|trouble|obstacle)\ =\ |\bobstacles\.push_back\()""", re.VERBOSE)
_REASON = re.compile(r'"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)"')
# Functions that return an id by itself.
_RETURNS_REASON = {
    "sanitizers/mime/structure.cpp", "sanitizers/formats/svg_check.cpp", "sanitizers/formats/xml_check.cpp",
    "sanitizers/formats/text_files.cpp", "sanitizers/formats/archives.cpp", "sanitizers/formats/archive_signs.cpp",
    "sanitizers/odf/rebuild.cpp", "sanitizers/odf/package.cpp", "sanitizers/odf/formulas.cpp", "sanitizers/ooxml/package.cpp", "sanitizers/office/zip_parts.cpp", "sanitizers/xml/xml_parser.cpp", "sanitizers/ooxml/formulas.cpp", "sanitizers/ooxml/rebuild.cpp",
    "sanitizers/formats/cad_check.cpp", "sanitizers/formats/ics_file.cpp", "sanitizers/formats/vcf_file.cpp",
}
# A row of the table of elements: {"applet", flags, "object"}.
_LIMIT = re.compile(r'OverLimit\{"([a-z0-9-]+)"')
# Rows of the tables of Office documents: {"w", "altChunk", Act::drop, "embedded-file"}, {"vbaproject", "macro"}.
_RULE = re.compile(r'\{"[^"]*", "[^"]*",(?: "[^"]*",)? (?:Attribute)?Act::\w+, "([a-z][a-z0-9-]*)"\}')
_SIGN = re.compile(r'\{"[^"]+", "([a-z][a-z0-9-]*)"\}')
_CENSUS = re.compile(r'\{"/\w+", "([a-z0-9-]+)"\}')
_ELEMENT = re.compile(r'\{"[a-z0-9]+",[^}"]*"([a-z][a-z-]*)"\}')
# Literals that such a line may carry without being ids.
_NOT_REASONS = {"text", "utf-8", "us-ascii", "filename", "name", "what", "count", "exe", "pdf", "zip", "output", "image",
                "include", "tref", "tspan", "workspace", "cab", "ico"}

_EVENT = re.compile(r"log::(?:info|warning|error)\(([^{;]*)")
_DOTTED = re.compile(r'"([a-z]+\.[a-z]+(?:-[a-z]+)*)"')
_NOT_ERRORS = {"message.eml", "invite.ics", "desktop.ini", "flow.match", "zone.tls",
               "console.js", "style.css", "content.xml", "styles.xml", "meta.xml", "settings.xml", "manifest.rdf", "mugai.bin", "mugai.eml", "i.words"}
# Words that are looked for in foreign bytes, and the names of what a token may do.
_FOREIGN = {"gateway/accounts/scopes.cpp", "sanitizers/detect/text_signs.cpp", "sanitizers/detect/container.cpp",
            "sanitizers/text/html_links.cpp"}


def _sources(*folders):
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in (".cpp", ".h"):
                yield file.relative_to(ROOT).as_posix(), _without_comments(file.read_text(encoding="utf-8"))


def _without_comments(text):
    return re.sub(r"^\s*//.*$|\s//\s.*$", "", text, flags=re.MULTILINE)


def reasons():
    """Ids of reasons, notes and removed things."""
    found = set()
    for name, text in _sources("sanitizers", "gateway"):
        if name.startswith("sanitizers/reasons."):
            continue
        for line in text.splitlines():
            made = _MAKES_REASON.search(line)
            # What goes to the log names no reason.
            if made and "log::" not in line:
                if name.startswith("sanitizers/") or re.search(r"\b(?:refused|hold_whole|condemn)\(|reasons = ", line):
                    found.update(_REASON.findall(line, made.end()))
            if name in _RETURNS_REASON and "return " in line:
                found.update(_REASON.findall(line))
            if name.startswith("sanitizers/pdf/"):
                found.update(_LIMIT.findall(line))
            if name == "sanitizers/pdf/census.cpp":
                found.update(_CENSUS.findall(line))
            if name in ("sanitizers/ooxml/rules.cpp", "sanitizers/odf/rules.cpp"):
                found.update(_RULE.findall(line))
            if name in ("sanitizers/ooxml/census.cpp", "sanitizers/odf/census.cpp"):
                found.update(_SIGN.findall(line))
            if name == "sanitizers/text/html_elements.cpp":
                found.update(_ELEMENT.findall(line))
    return found - _NOT_REASONS


# Words with a hyphen that are no ids: header fields, charsets, encodings, options of libraries, signs of scripts.
_OTHER_WORDS = set("""
    auto-submitted content-disposition content-id content-language content-location content-transfer-encoding content-type in-reply-to list-id
    core-properties extended-properties x-fontdata message-id reply-to resent-cc resent-date resent-from resent-message-id resent-sender resent-to thread-index
    thread-topic x-priority base-64 quoted-printable x-base64 x-uue x-uuencode us-ascii utf-8 utf-16 utf-16be utf-16le utf-32 gif-delay gif-loop n-pages
    page-height image-library invoke-expression invoke-webrequest set-executionpolicy http-equiv appref-ms library-ms search-ms searchconnector-ms settingcontent-ms
    add-mppreference appcontent-ms authentication-results content-location delivered-to dkim-signature exif-data mime-version pkcs7-signature putty-user-key-file return-path xml-stylesheet xmp-data""".split())


def unclassified_words():
    """Words that look like a reason and are none that reasons() found: in what form was it written?"""
    found = set()
    for name, text in _sources("sanitizers/detect", "sanitizers/formats", "sanitizers/mime", "sanitizers/office", "sanitizers/ooxml", "sanitizers/pdf", "sanitizers/rtf", "sanitizers/text", "sanitizers/xml"):
        if name.startswith(("sanitizers/text/charset", "sanitizers/text/html_style", "sanitizers/detect/type.")):
            continue
        found.update(word for word in _REASON.findall(text) if "-" in word)
    types = set(re.findall(r'^  \{"([a-z0-9-]+)",', (ROOT / "sanitizers/detect/type.cpp").read_text(encoding="utf-8"),
                           flags=re.MULTILINE))
    return found - reasons() - types - _OTHER_WORDS


def events():
    """Ids of log lines."""
    found = set()
    for _, text in _sources("gateway"):
        for call in _EVENT.findall(text):
            found.update(_DOTTED.findall(call))
    return found


def errors():
    """Ids of errors: every other id with a dot."""
    found = set()
    for name, text in _sources("gateway", "config", "smtp", "sanitizers"):
        if name not in _FOREIGN:
            found.update(_DOTTED.findall(text))
    return found - _NOT_ERRORS - events() - {row[0] for row in acts()}


def acts():
    """What people do, as gateway/audit/acts.cpp lists it: (id, Japanese, English)."""
    text = (ROOT / "gateway/audit/acts.cpp").read_text(encoding="utf-8")
    return re.findall(r'ActText\{"([a-z.-]+)", "([^"]*)",\s*"([^"]*)"\}', text)


def table():
    """The reasons of sanitizers/reasons.cpp in the order of the file: (id, Japanese, English)."""
    text = (ROOT / "sanitizers/reasons.cpp").read_text(encoding="utf-8")
    return re.findall(r'\{"([a-z0-9-]+)", "([^"]*)", "([^"]*)"\}', text)
