"""The demonstration's mails, made here: what a town hall gets on an ordinary morning. Each is (title, message bytes)."""
import io
import struct
import zipfile
import zlib
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr


def png(width, height, rgb):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    row = b"\0" + bytes(rgb) * width
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"tEXt", b"Comment\0taken at 35.6895, 139.6917") + chunk(b"IDAT", zlib.compress(row * height)) +
            chunk(b"IEND", b""))


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def pdf(text, catalog=""):
    content = f"BT /F 24 Tf 60 700 Td ({text}) Tj ET"
    objects = [f"<</Type/Catalog/Pages 2 0 R{catalog}>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
               "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
               f"<</Length {len(content)}>>stream\n{content}\nendstream", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    out, places = "%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out += f"xref\n0 6\n0000000000 65535 f \n{table}trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n"
    return out.encode()


def message(subject, sender="news@shop.example"):
    mail = EmailMessage()
    mail["From"] = formataddr(("株式会社サンプル", sender))
    mail["To"] = formataddr(("税務課", "zeimu@lgwan.example"))
    mail["Subject"] = subject
    mail["Date"] = "Fri, 20 Nov 2026 09:00:00 +0900"
    mail["Message-ID"] = f"<demo.{abs(hash(subject))}@shop.example>"
    return mail


def copy_header(source, target):
    """Header fields as they go over the wire, to a message of the older kind."""
    for line in source.as_bytes(policy=source.policy.clone(max_line_length=0)).decode("ascii").split("\n\n")[0].splitlines():
        name, _, value = line.partition(": ")
        if not name.lower().startswith(("mime-version", "content-")):
            target[name] = value


def newsletter():
    html = """<html><head><style>.x{display:none}</style></head><body>
<h1>秋の<ruby>研修<rt>けんしゅう</rt></ruby>のご案内 ①</h1>
<p>お世話になっております。㈱サンプルです。</p>
<ul><li>日時: 11月30日</li><li>場所: 市民会館</li></ul>
<table><tr><th>講座</th><th>定員</th></tr><tr><td>情報セキュリティ</td><td>20名</td></tr></table>
<p><a href="http://phish.example/login">https://www.city.example.lg.jp/</a></p>
<img src="http://track.example/p.gif?id=1" width="1" height="1"><p class="x">見えない文字</p>
<script>alert(1)</script></body></html>"""
    mail = MIMEText("", "html", "iso-2022-jp")
    mail.set_payload(html.encode("iso2022_jp_ext", "xmlcharrefreplace").decode("latin-1"))
    del mail["Content-Transfer-Encoding"]
    mail["Content-Transfer-Encoding"] = "7bit"
    copy_header(message("【ご案内】秋の研修"), mail)
    return mail.as_bytes()


def invoice():
    mail = message("請求書送付の件", "keiri@supplier.example")
    mail.set_content("いつもお世話になっております。\n請求書をお送りします。\n")
    docm = zipped([("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
                   ("word/document.xml", "<w:document/>"), ("word/vbaProject.bin", "macro")])
    mail.add_attachment(docm, maintype="application", subtype="vnd.ms-word.document.macroEnabled.12",
                        filename="請求書_11月.docm")
    mail.add_attachment("品名,金額\n=cmd|' /C calc'!A0,100\n用紙,200\n".encode("cp932"), maintype="text", subtype="csv",
                        filename="明細.csv")
    mail.add_attachment(pdf("Invoice 2026-11", "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"), maintype="application", subtype="pdf",
                        filename="請求書.pdf")
    return mail.as_bytes()


def executable():
    mail = message("写真をお送りします", "unknown@free.example")
    mail.set_content("ご確認ください。パスワードはありません。\n")
    mail.add_attachment(zipped([("写真.jpg.exe", b"MZ" + b"\0" * 200)]), maintype="application", subtype="zip",
                        filename="写真.zip")
    return mail.as_bytes()


def forward():
    inner = message("見積依頼", "eigyo@partner.example")
    inner.set_content("見積をお願いいたします。\n")
    inner.add_attachment("数量: 10\n".encode(), maintype="text", subtype="plain", filename="数量表.txt")
    mail = message("Fwd: 見積依頼", "soumu@city.example")
    mail.set_content("転送します。\n")
    mail.add_attachment(inner)
    return mail.as_bytes()


def inline_picture():
    outer = MIMEMultipart("related")
    copy_header(message("会場の地図"), outer)
    outer.attach(MIMEText('<p>地図はこちらです。</p><p><img src="cid:map@demo" alt="地図"></p><p>お待ちしています。</p>', "html", "utf-8"))
    from email.mime.image import MIMEImage
    picture = MIMEImage(png(120, 80, (200, 220, 255)), "png")
    picture["Content-ID"] = "<map@demo>"
    picture.add_header("Content-Disposition", "inline", filename="地図.png")
    outer.attach(picture)
    return outer.as_bytes()


ALL = [
    ("a Japanese HTML newsletter with a tracking pixel and a false link", newsletter()),
    ("an invoice: a macro document, a CSV with a formula and a PDF with a script", invoice()),
    ("an executable in a ZIP", executable()),
    ("a forwarded mail with an attachment", forward()),
    ("a picture inside the text", inline_picture()),
]
