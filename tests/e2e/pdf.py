"""PDF files made by hand: lines of text, Japanese in a font that is not embedded, turned and cut pages, scans, slow ones."""


def document(objects):
    """`objects`: bodies as bytes, from object 1 on, the first of them the catalog."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)


def stream(data, dictionary=b""):
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (dictionary, len(data), data)


def pages(contents, keys=b"/MediaBox[0 0 595 842]", resources=b"", more=()):
    """One page for each content stream; fonts /F (Helvetica) and /J (Mincho, not embedded). `more` begins at object 7."""
    first = 7 + len(more)
    kids = b" ".join(b"%d 0 R" % (first + 2 * i) for i in range(len(contents)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)),
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
               b"<</Type/Font/Subtype/Type0/BaseFont/Ryumin-Light/Encoding/UniJIS-UTF16-H/DescendantFonts[5 0 R]>>",
               b"<</Type/Font/Subtype/CIDFontType0/BaseFont/Ryumin-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)"
               b"/Supplement 4>>/FontDescriptor 6 0 R/DW 1000>>",
               b"<</Type/FontDescriptor/FontName/Ryumin-Light/Flags 6/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 800"
               b"/Descent -200/CapHeight 700/StemV 80>>", *more]
    for i, content in enumerate(contents):
        objects.append(b"<</Type/Page/Parent 2 0 R%s/Resources<</Font<</F 3 0 R/J 4 0 R>>%s>>/Contents %d 0 R>>" % (keys, resources, first + 2 * i + 1))
        objects.append(stream(content))
    return document(objects)


def line(text, x=72, y=720, size=14):
    """One line as a content stream, in whichever of the two fonts has it."""
    if text.isascii():
        return b"BT/F %d Tf %d %d Td(%s)Tj ET\n" % (size, x, y, text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode())
    return b"BT/J %d Tf %d %d Td<%s>Tj ET\n" % (size, x, y, text.encode("utf-16-be").hex().encode())


def scan(grey=200):
    """A page that is one picture, with nothing to read in it."""
    picture = stream(bytes([grey, 0] * 50), b"/Type/XObject/Subtype/Image/Width 10/Height 10/ColorSpace/DeviceGray/BitsPerComponent 8")
    return pages([b"q 400 0 0 400 90 200 cm/I Do Q"], resources=b"/XObject<</I 7 0 R>>", more=[picture])


def slow(levels, times=10):
    """Forms that draw forms: times ** levels rectangles from a few hundred bytes."""
    forms = [stream(b"0 0 400 400 re f\n" * times, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]")]
    for i in range(levels - 1):
        forms.append(stream(b"/X Do\n" * times, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X %d 0 R>>>>" % (7 + i)))
    return pages([line("slow") + b"/X Do"], resources=b"/XObject<</X %d 0 R>>" % (6 + levels), more=forms)
