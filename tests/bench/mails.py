"""The mails that are measured: made here, the same in every run, alike to what a local government receives."""
import base64
import ctypes
import io
import random
import struct
import zipfile
import zlib

SENTENCES = [
    "平素より大変お世話になっております。", "標記の件につきまして、下記のとおりご連絡いたします。",
    "添付の資料をご確認のうえ、期日までにご回答くださいますようお願いいたします。",
    "ご不明な点がございましたら、下記担当までお問い合わせください。", "詳細は https://www.example.jp/notice/2026/ をご覧ください。",
    "会議は令和8年12月3日(木)午後1時30分から、本庁舎3階の第2会議室で行います。",
]
HEADER = """\
From: =?UTF-8?B?{name}?= <taro@shop.example>
To: zeimu@lgwan.example
Subject: =?UTF-8?B?{subject}?=
Date: Fri, 20 Nov 2026 10:00:00 +0900
Message-ID: <bench-{id}@shop.example>
MIME-Version: 1.0
"""


def b64(data, width=76):
    text = base64.b64encode(data).decode()
    return "\n".join(text[i:i + width] for i in range(0, len(text), width)) + "\n"


def header(identity):
    word = lambda text: base64.b64encode(text.encode()).decode()
    return HEADER.format(name=word("山田太郎"), subject=word("資料の送付について"), id=identity)


def words(chance, size):
    """Lines of Japanese, about `size` bytes of UTF-8."""
    out, length = [], 0
    while length < size:
        line = chance.choice(SENTENCES)
        out.append(line)
        length += len(line.encode()) + 1
    return "\n".join(out) + "\n"


def text_4k():
    body = words(random.Random(4), 2300).encode("iso-2022-jp").decode("ascii")
    mail = header("4k") + "Content-Type: text/plain; charset=ISO-2022-JP\nContent-Transfer-Encoding: 7bit\n\n" + body
    return (mail + "\n" + "-" * 70 + "\n").ljust(4090, "=").encode() + b"\n"


def alternative_60k():
    chance = random.Random(60)
    rows = "".join(
        f'<tr style="background-color:#{chance.randrange(1 << 24):06x}"><td class="c{i}"><a href="https://www.example.jp/'
        f'notice/{i}?ref=mail&amp;id={chance.randrange(10**9)}">{chance.choice(SENTENCES)}</a></td><td><span style="font-size:'
        f'12px;color:#333">{chance.choice(SENTENCES)}</span><br><img src="https://img.example.jp/{i}.png" width="20" height="20"'
        f' alt="図{i}"></td></tr>\n' for i in range(75))
    html = ('<html><head><meta charset="utf-8"><style>td {padding: 4px} .c1 {font-weight: bold}</style></head><body>'
            f"<h1>お知らせ</h1><table>{rows}</table></body></html>")
    return (header("60k") + 'Content-Type: multipart/alternative; boundary="ALT"\n\n--ALT\nContent-Type: text/plain; charset=UTF-8\n'
            "Content-Transfer-Encoding: base64\n\n" + b64(words(chance, 9000).encode()) +
            "--ALT\nContent-Type: text/html; charset=UTF-8\nContent-Transfer-Encoding: base64\n\n" + b64(html.encode()) +
            "--ALT--\n").encode()


def jpeg(width, height, seed, quality=85):
    """A photograph of nothing: smooth colours with some grain."""
    vips = ctypes.CDLL("libvips.so.42")
    vips.vips_init(b"bench")
    vips.vips_image_new_from_memory_copy.restype = ctypes.c_void_p
    vips.vips_image_new_from_memory_copy.argtypes = [ctypes.c_char_p, ctypes.c_size_t] + [ctypes.c_int] * 4
    small = (width // 10, height // 10)
    pixels = random.Random(seed).randbytes(small[0] * small[1] * 3)
    coarse = ctypes.c_void_p(vips.vips_image_new_from_memory_copy(pixels, len(pixels), *small, 3, 0))
    large, out, size = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_size_t()
    end = ctypes.c_void_p(None)
    failed = vips.vips_resize(coarse, ctypes.byref(large), ctypes.c_double(10), end)
    failed = failed or vips.vips_jpegsave_buffer(large, ctypes.byref(out), ctypes.byref(size), b"Q", ctypes.c_int(quality), end)
    if failed:
        raise RuntimeError("libvips could not make a picture")
    return ctypes.string_at(out, size.value)


def bmp(width, height):
    row = bytes(random.Random(7).randbytes(width * 3))
    pixels = b"".join(row[3 * i % len(row):] + row[:3 * i % len(row)] for i in range(height))
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(pixels), 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(pixels), 0, 0, 54) + head + pixels


def pdf(pages, picture):
    """Text pages and one photograph."""
    chance = random.Random(20)
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", None,
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
               b"<< /Type /XObject /Subtype /Image /Width 1500 /Height 1000 /ColorSpace /DeviceRGB /BitsPerComponent 8 "
               b"/Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream" % (len(picture), picture)]
    kids = []
    for _ in range(pages):
        lines = "".join(f"1 0 0 1 60 {780 - 14 * i} Tm (Line {i}: {chance.randrange(10**40)}) Tj\n" for i in range(52))
        stream = zlib.compress(f"BT /F1 10 Tf\n{lines}ET\nq 200 0 0 133 350 40 cm /I1 Do Q\n".encode())
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> "
                       b"/XObject << /I1 4 0 R >> >> >>" % len(objects))
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b" ".join(b"%d 0 R" % kid for kid in kids))
    out, places = bytearray(b"%PDF-1.5\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 20, 10, 0, 0)), data, method)
    return out.getvalue()


def docx(paragraphs, picture):
    text = words(random.Random(30), 60).split("\n")[0]
    body = "".join(f'<w:p><w:pPr><w:spacing w:after="120"/></w:pPr><w:r><w:rPr><w:sz w:val="21"/></w:rPr><w:t>{i} {text}</w:t>'
                   "</w:r></w:p>" for i in range(paragraphs))
    start = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    office = "http://schemas.openxmlformats.org"
    return zipped([
        ("[Content_Types].xml", f'{start}<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels" ContentType='
         '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="jpeg" ContentType="image/jpeg"/><Override '
         'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
         "</Types>"),
        ("_rels/.rels", f'{start}<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="rId1" Type="{office}/'
         'officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'),
        ("word/document.xml", f'{start}<w:document xmlns:w="{office}/wordprocessingml/2006/main"><w:body>{body}<w:sectPr/></w:body>'
         "</w:document>"),
        ("word/_rels/document.xml.rels", f'{start}<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="rId1" '
         f'Type="{office}/officeDocument/2006/relationships/image" Target="media/image1.jpeg"/></Relationships>'),
        ("word/media/image1.jpeg", picture),
    ])


def csv(size):
    chance = random.Random(50)
    out, length = [], 0
    while length < size:
        line = f"{chance.randrange(10**8):08d},山田太郎,東京都千代田区霞が関{chance.randrange(99)}-{chance.randrange(9)},{chance.randrange(10**7)}\r\n".encode("cp932")
        out.append(line)
        length += len(line)
    return b"".join(out)[:size].rsplit(b"\r\n", 1)[0] + b"\r\n"


def with_attachments(identity, files):
    out = [header(identity), 'Content-Type: multipart/mixed; boundary="MIX"\n\n--MIX\nContent-Type: text/plain; charset=UTF-8\n'
           "Content-Transfer-Encoding: base64\n\n", b64(words(random.Random(9), 1500).encode())]
    for name, media_type, data in files:
        encoded = base64.b64encode(name.encode()).decode()
        out.append(f"--MIX\nContent-Type: {media_type}\nContent-Disposition: attachment;\n filename=\"=?UTF-8?B?{encoded}?=\"\n"
                   "Content-Transfer-Encoding: base64\n\n")
        out.append(b64(data))
    out.append("--MIX--\n")
    return "".join(out).encode()


def mixed_2400k():
    return with_attachments("mixed", [
        ("通知.pdf", "application/pdf", pdf(40, jpeg(1500, 1000, 21))),
        ("回答様式.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx(1500, jpeg(800, 600, 31))),
        ("現場写真.jpg", "image/jpeg", jpeg(2560, 1920, 41)),
        ("一覧.zip", "application/zip", zipped([("一覧/名簿.csv", csv(500_000)), ("一覧/読んでください.txt", words(random.Random(51), 40_000).encode("cp932"))])),
    ])


def attachment_10m():
    return with_attachments("10m", [("名簿.csv", "text/csv; charset=Shift_JIS", csv(7_300_000))])


def large_100m():
    """Mails just under the default limit of 100 MiB, each with another kind of attachment."""
    size = 74_000_000
    return {
        "csv": with_attachments("100m-csv", [("名簿.csv", "text/csv; charset=Shift_JIS", csv(size))]),
        "zip of csv": with_attachments("100m-zip", [("名簿.zip", "application/zip", zipped([("名簿.csv", csv(size - 1000))], zipfile.ZIP_STORED))]),
        "unknown (held)": with_attachments("100m-unknown", [("図面.bin", "application/octet-stream", random.Random(5).randbytes(size))]),
        "bmp, 24 megapixels": with_attachments("100m-bmp", [("写真.bmp", "image/bmp", bmp(6000, 4000))]),
    }
