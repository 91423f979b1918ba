"""Looks into an office document for what may run, fetch or bring something along, with nothing of Mugai's: names of members and words in the text of
members, read without a schema, so that a thing counts wherever it stands. For results of a rebuilding; of a foreign document it finds much, not all."""
import io
import re
import xml.etree.ElementTree as tree
import zipfile

PARTS = re.compile(r"vbaproject|vbadata|activex|oleobject|customui|webextension|printersettings|macrosheet|dialogsheet|externallink|ctrlprop.*\.bin|\.odttf$|\.fntdata$"
                   r"|/fonts/|attachedtoolbars|querytable|connections\.xml|customxml|afchunk|\.bin$|\.exe$|\.html?$|\.rtf$|\.mht$|^basic/|^scripts/|^object |thumbnail", re.I)
WORKBOOK = re.compile(r"embeddings/[^/]+\.xlsx$", re.I)   # the numbers of a chart: looked into like the document
LINK = re.compile(r"^(https?://|mailto:)", re.I)
FIELDS = re.compile(r"\b(DDE|DDEAUTO|INCLUDE|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|EMBED|MACROBUTTON|MACRO|DATABASE|RD|AUTOTEXT|GOTOBUTTON|CONTROL|HTMLACTIVEX|PRINT|MERGEFIELD"
                    r"|ASK|FILLIN|SQL)\b", re.I)
ELEMENTS = set("""altChunk ddeLink oleLink oleObject oleObj OLEObject control attachedTemplate subDoc objectEmbed objectLink externalBook dataSource audioFile videoFile wavAudioFile
    quickTimeFile embedRegular embedBold embedItalic embedBoldItalic embeddedFont xlMacrosheet ScriptText FmlaMacro FmlaPict webPublishItem event-listener event-listeners script
    object-ole applet plugin floating-frame dde-connection-decl dde-connection-decls dde-source database-display execute-macro font-face-uri cell-range-source
    connection-data-source table-source section-source""".split())
ATTRIBUTES = {"onAction", "macro", "onload", "macro-name", "filter-name"}
FORMULA = re.compile(r"(\||\bDDE\s*\(|\[\d+\]|\bWEBSERVICE\s*\(|\bCALL\s*\(|\bREGISTER(\.ID)?\s*\(|\bEXEC\s*\(|\bRTD\s*\(|\bIMAGE\s*\(|'(file|https?|smb):)", re.I)
RTF = re.compile(rb"\\(object|objdata|objocx|objclass|objlink|objupdate|objautlink|objemb|objsub|template|datafield|dde|ddeauto|fontemb|fontfile|filetbl|subdocument|mailmerge|xmlopen"
                 rb"|datastore|userprops|nextfile|linkself|passwordhash|private|bin)(?![a-z])")


def local(name):
    return name.rsplit("}", 1)[-1]


def relationships(root):
    for one in root:
        target, mode = one.get("Target", ""), one.get("TargetMode", "")
        if mode == "External" and not (one.get("Type", "").endswith("/hyperlink") and LINK.match(target)):
            yield f"external {one.get('Type', '').rsplit('/', 1)[-1]} {target[:40]}"
        elif mode != "External" and re.match(r"[a-z][a-z0-9+.-]*:|\\\\|//", target, re.I):
            yield f"target {target[:40]}"


def instructions(root):
    """The instructions of fields of Word: text of runs that belong together."""
    text = ""
    for one in root.iter():
        name = local(one.tag)
        if name in ("instrText", "delInstrText"):
            text += one.text or ""
        elif name == "fldChar" or name == "p":
            yield text
            text = ""
        elif name == "fldSimple":
            yield next((value for key, value in one.attrib.items() if local(key) == "instr"), "")
    yield text


def elements(root):
    for one in root.iter():
        if not isinstance(one.tag, str):
            continue
        name = local(one.tag)
        if name in ELEMENTS:
            yield name
        if name in ("f", "formula", "formula1", "formula2", "definedName") and one.text and FORMULA.search(re.sub(r'"[^"]*"', "", one.text)):
            yield f"formula {one.text[:40]}"
        for key, value in one.attrib.items():
            key = local(key)
            if key in ATTRIBUTES and value:
                yield f"{key}={value[:30]}"
            if key == "action" and re.match(r"ppaction://(program|macro|ole|media)", value, re.I):
                yield value[:40]
            if key == "href" and value and not (value.startswith(("#", "Pictures/", "./Object", "Object ", "./ObjectReplacements")) or LINK.match(value)):
                yield f"href {value[:40]}"
            if key == "src" and value:
                yield f"src {value[:40]}"
            if key == "formula" and FORMULA.search(re.sub(r'"[^"]*"', "", value)):
                yield f"formula {value[:40]}"


def scan_xml(name, data):
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        yield f"{name}: DTD"
    try:
        root = tree.fromstring(data)
    except tree.ParseError as error:
        yield f"{name}: no XML ({error})"
        return
    if name.endswith(".rels"):
        yield from relationships(root)
        return
    yield from elements(root)
    for text in instructions(root):
        word = FIELDS.match(text.strip())
        if word:
            yield f"field {word[0]}"


def scan_package(path, depth=0):
    with zipfile.ZipFile(path) as package:
        for member in package.namelist():
            data = package.read(member)
            if WORKBOOK.search(member) and depth == 0:
                yield from scan_package(io.BytesIO(data), 1)
            elif PARTS.search(member) or "embeddings/" in member:
                yield f"part {member}"
            elif data[:4] in (b"\xd0\xcf\x11\xe0", b"PK\x03\x04") or data[:2] == b"MZ":
                yield f"container {member}"
            elif member.endswith((".xml", ".rels", ".vml", ".rdf")):
                yield from scan_xml(member, data)


def scan_rtf(data):
    for one in RTF.finditer(data):
        yield one[0].decode()
    for one in re.finditer(rb"\\fldinst\b((?:[^{}]|\{[^{}]*\})*)", data):
        text = re.sub(rb"\\[a-z]+-?\d* ?|[{}\\*]", b"", one[1]).decode("latin-1").strip()
        if FIELDS.match(text):
            yield f"field {text[:30]}"


def scan(path):
    """What is in it that should not be, each a short text; empty for a document that only shows."""
    data = path.read_bytes()
    if data.startswith(b"PK"):
        return sorted(set(scan_package(path)))
    if data.startswith(b"{\\rtf"):
        return sorted(set(scan_rtf(data)))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return ["compound file"]
    return sorted(set(scan_xml(path.name, data)))
