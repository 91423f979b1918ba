"""Pictures through the real binary, in its cage, judged by other people's programs: ImageMagick sees the same picture,
exiftool finds no metadata, each format's own checker finds nothing wrong."""
import json
import pathlib
import re
import shutil
import struct
import subprocess
import tempfile
import unittest
import zlib

from mugai import BINARY
from needs import needs

TOOLS = ("convert", "compare", "identify", "exiftool", "pngcheck", "jpeginfo", "tiffinfo", "gifsicle", "cwebp", "webpinfo")
# What a picture must have, and what says nothing about its maker.
HARMLESS_TAGS = {
    "SourceFile", "ExifToolVersion", "FileName", "Directory", "FileSize", "FileModifyDate", "FileAccessDate", "FileInodeChangeDate", "FilePermissions",
    "FileType", "FileTypeExtension", "MIMEType", "ImageWidth", "ImageHeight", "ImageSize", "Megapixels", "BitDepth", "ColorType", "Compression", "Filter",
    "Interlace", "PixelsPerUnitX", "PixelsPerUnitY", "PixelUnits", "Palette", "Transparency", "JFIFVersion", "ResolutionUnit", "XResolution", "YResolution",
    "EncodingProcess", "BitsPerSample", "ColorComponents", "YCbCrSubSampling", "GIFVersion", "HasColorMap", "ColorResolutionDepth", "BitsPerPixel",
    "BackgroundColor", "AnimationIterations", "FrameCount", "Duration", "TransparentColor", "VP8Version", "HorizontalScale", "VerticalScale",
    "AlphaIsUsed", "WebP_Flags", "AnimationLoopCount", "ExifByteOrder", "PhotometricInterpretation", "StripOffsets", "SamplesPerPixel", "RowsPerStrip",
    "StripByteCounts", "PlanarConfiguration", "Predictor", "FillOrder", "PageCount", "ReferenceBlackWhite", "JPEGTables", "SampleFormat", "ExtraSamples",
    "PixelAspectRatio", "BackgroundColour", "AlphaPreprocessing", "AlphaFiltering", "AlphaCompression", "T6Options", "PageNumber",
    "ImageLength", "SubfileType", "AspectRatio", "SRGBRendering", "WhitePointX", "Flags",
}


def run(*words, check=True):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=check)


@needs(all(map(shutil.which, TOOLS)), ", ".join(TOOLS))
class Pictures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="mugai-images-")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.photo = cls.folder / "photo.png"
        run("convert", "-seed", "7", "-size", "300x200", "plasma:tan-steelblue", "-blur", "0x1", "-fill", "black", "-pointsize", "20", "-draw", "line 10,10 280,150",
            "-depth", "8", "-alpha", "off", cls.photo)

    def made(self, name, *how):
        path = self.folder / name
        run("convert", self.photo, *how, path)
        return path

    def rebuilt(self, path, status=0):
        out, report = self.folder / "out" / path.stem, self.folder / "report"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        done = run(BINARY, "file", path, "-o", out, "--report", report, check=False)
        self.assertEqual(done.returncode, status, f"{path.name}: {done.stdout}{done.stderr}{report.read_text()}")
        item = json.loads(report.read_text())["items"][0]
        return (next(out.iterdir()) if status == 0 else None), item

    def assert_same(self, before, after, least_db=None):
        """No picture element differs, or the noise is below what people see."""
        said = run("compare", "-metric", "PSNR" if least_db else "AE", before, after, "null:", check=False).stderr
        value = said.split()[0]
        if least_db:
            self.assertTrue(value == "inf" or float(value) >= least_db, f"{after.name}: {value} dB")
        else:
            self.assertEqual(value, "0", f"{after.name}: {said}")

    def assert_clean(self, path):
        tags = json.loads(run("exiftool", "-json", "-a", path).stdout)[0]
        self.assertEqual(sorted(set(tags) - HARMLESS_TAGS), [], path.name)

    def test_lossless_formats_keep_every_dot(self):
        for name, how in {"rgb.png": (), "grey.png": ("-colorspace", "Gray"), "palette.png": ("-colors", "40", "-type", "Palette"),
                          "bilevel.png": ("-monochrome",), "deep.png": ("-depth", "16", "-evaluate", "multiply", "0.97"), "interlaced.png": ("-interlace", "PNG"),
                          "alpha.png": ("-alpha", "set", "-channel", "A", "-evaluate", "multiply", "0.5"), "rgb.bmp": ("-type", "TrueColor"),
                          "palette.bmp": ("-colors", "16", "-type", "Palette"), "lzw.tif": ("-compress", "LZW"), "zip.tif": ("-compress", "Zip"),
                          "packed.tif": ("-compress", "RLE"), "plain.tif": ("-compress", "None"), "fax.tif": ("-monochrome", "-compress", "Group4"),
                          "deep.tif": ("-depth", "16", "-compress", "LZW"), "still.gif": ("-colors", "64"), "lossless.webp": ("-define", "webp:lossless=true")}.items():
            with self.subTest(name):
                source = self.made(name, *how)
                out, item = self.rebuilt(source)
                self.assert_same(source, out)
                self.assert_clean(out)
                # Of so small a picture the header is a good part.
                self.assertLessEqual(item["size_out"], item["size_in"] * 1.05 + 100)

    def test_lossy_formats_look_the_same_and_do_not_grow(self):
        for name, how in {"q60.jpg": ("-quality", "60"), "q92.jpg": ("-quality", "92", "-sampling-factor", "1x1"), "progressive.jpg": ("-interlace", "JPEG"),
                          "grey.jpg": ("-colorspace", "Gray"), "wide.jpg": ("-sampling-factor", "2x1"), "q75.webp": ("-quality", "75")}.items():
            with self.subTest(name):
                source = self.made(name, *how)
                out, item = self.rebuilt(source)
                self.assert_same(source, out, 38)
                self.assert_clean(out)
                self.assertLessEqual(item["size_out"], item["size_in"] * 1.05)

    def test_each_formats_own_checker_is_content(self):
        out, _ = self.rebuilt(self.made("check.png"))
        run("pngcheck", "-q", out)
        out, _ = self.rebuilt(self.made("check.jpg"))
        self.assertIn("OK", run("jpeginfo", "-c", out).stdout)
        out, _ = self.rebuilt(self.made("check.gif"))
        run("gifsicle", "--info", out)
        out, _ = self.rebuilt(self.made("check.webp"))
        run("webpinfo", out)
        out, _ = self.rebuilt(self.made("check.tif", "-compress", "LZW"))
        self.assertEqual(run("tiffinfo", "-D", out).stderr, "")

    def test_metadata_goes_and_is_named(self):
        source = self.made("tagged.jpg", "-quality", "90")
        run("exiftool", "-overwrite_original", "-GPSLatitude=35.68", "-GPSLongitude=139.76", "-GPSLatitudeRef=N", "-GPSLongitudeRef=E", "-Artist=Yamada",
            "-Comment=secret", "-XMP:Creator=Yamada", "-IPTC:Keywords=secret", "-Make=Camera", f"-ThumbnailImage<={self.made('small.jpg', '-resize', '25%', '-strip')}", source)
        out, item = self.rebuilt(source)
        self.assert_clean(out)
        self.assertTrue({"metadata", "location", "comment", "thumbnail"} <= {one["what"] for one in item["removed"]}, item["removed"])
        for name in ("tagged.png", "tagged.tif", "tagged.webp"):
            source = self.made(name)
            run("exiftool", "-overwrite_original", "-Artist=Yamada", "-XMP:Creator=Yamada", "-GPSLatitude=35.68", "-GPSLatitudeRef=N", source)
            out, item = self.rebuilt(source)
            self.assert_clean(out)
            self.assertTrue({"metadata", "location"} <= {one["what"] for one in item["removed"]}, f"{name}: {item['removed']}")
            self.assertNotIn(b"Yamada", out.read_bytes())

    def test_every_orientation_is_turned_upright(self):
        for orientation in range(1, 9):
            with self.subTest(orientation):
                source = self.made(f"turned{orientation}.jpg", "-quality", "95")
                run("exiftool", "-overwrite_original", "-n", f"-Orientation={orientation}", source)
                upright = self.folder / "upright.png"
                run("convert", source, "-auto-orient", "-strip", upright)
                out, _ = self.rebuilt(source)
                self.assert_same(upright, out, 36)

    def test_pages_keep_their_sizes_and_resolution(self):
        pages = [self.made("page1.tif", "-monochrome", "-compress", "Group4", "-units", "PixelsPerInch", "-density", "204x196"),
                 self.made("page2.tif", "-resize", "50%", "-monochrome", "-compress", "Group4", "-units", "PixelsPerInch", "-density", "300")]
        fax = self.folder / "fax.tif"
        run("tiffcp", *pages, fax)
        out, _ = self.rebuilt(fax)
        self.assertEqual(run("identify", "-format", "%wx%h %x %y %C\n", fax).stdout, run("identify", "-format", "%wx%h %x %y %C\n", out).stdout)
        self.assertIn("300x200 204 196 Group4", run("identify", "-format", "%wx%h %x %y %C\n", out).stdout)
        for page in (0, 1):
            self.assert_same(f"{fax}[{page}]", pathlib.Path(f"{out}[{page}]"))
        for name in ("dots.jpg", "dots.png"):
            out, _ = self.rebuilt(self.made(name, "-units", "PixelsPerInch", "-density", "300"))
            self.assertIn("300", run("identify", "-units", "PixelsPerInch", "-format", "%x", out).stdout.replace("299.99", "300").replace("300.", "300 "))

    def test_animation_keeps_its_frames_time_and_loop(self):
        source = self.folder / "animation.gif"
        run("convert", "-loop", "3", "-delay", "10", self.photo, "-delay", "25", "(", self.photo, "-negate", ")", "-delay", "50", "(", self.photo, "-flop", ")",
            "-colors", "100", source)
        out, _ = self.rebuilt(source)
        # Loop and delays, as gifsicle sees them.
        describe = lambda path: re.findall(r"loop count \d+|delay [\d.]+s", run("gifsicle", "--info", path).stdout)
        self.assertEqual(describe(source), describe(out))
        for frame in range(3):
            coalesced = []
            for path in (source, out):
                png = self.folder / f"{path.parent.name}-{path.stem}-{frame}.png"
                run("convert", path, "-coalesce", "-delete", ",".join(str(n) for n in range(3) if n != frame), png)
                coalesced.append(png)
            self.assert_same(*coalesced)

    @needs(shutil.which("heif-enc") and shutil.which("heif-convert"), "libheif-examples")
    def test_heic_and_avif_become_jpeg_and_lose_their_metadata(self):
        for name, how in {"phone.heic": (), "phone.avif": ("-A",)}.items():
            with self.subTest(name):
                source, decoded = self.folder / name, self.folder / (name + ".png")
                run("heif-enc", *how, "-q", "80", self.photo, "-o", source)
                if name.endswith("heic"):   # a position, and a turn that the format tells readers to ignore
                    run("exiftool", "-overwrite_original", "-n", "-GPSLatitude=35.68", "-GPSLatitudeRef=N", "-Make=Camera", "-Orientation=6", source)
                run("heif-convert", source, decoded)
                out, item = self.rebuilt(source)
                self.assertEqual(out.suffix, ".jpg")
                self.assertEqual(item["action"], "converted")
                self.assert_same(decoded, out, 36)
                self.assert_clean(out)
                if name.endswith("heic"):
                    self.assertIn("location", {one["what"] for one in item["removed"]})

    def test_drawings_and_icons_become_png(self):
        drawing = self.folder / "drawing.svg"
        drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect x="10" y="10" width="20" height="20" fill="#204080"/>'
                           '<script>alert(1)</script></svg>')
        out, item = self.rebuilt(drawing)
        self.assertEqual((out.suffix, item["reasons"]), (".png", ["rasterised"]))
        self.assertIn("#204080", run("convert", out, "-format", "%[hex:p{15,15}] #%[hex:p{15,15}]", "info:").stdout)
        icon = self.made("small.ico", "-resize", "48x48!")
        out, _ = self.rebuilt(icon)
        self.assertEqual(run("identify", "-format", "%wx%h", out).stdout, "48x48")
        self.assert_same(f"{icon}[0]", out)
        lettered = self.folder / "lettered.svg"
        lettered.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>secret</text></svg>')
        _, item = self.rebuilt(lettered, 3)
        self.assertEqual(item["reasons"], ["svg-text"])

    def test_bombs_are_refused_before_they_are_decoded(self):
        huge = self.folder / "bomb.png"
        chunk = lambda name, body: struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        huge.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 16_000, 16_000, 1, 0, 0, 0, 0)) +
                         chunk(b"IDAT", zlib.compress(bytes(2_001) * 16_000)) + chunk(b"IEND", b""))
        _, item = self.rebuilt(huge, 3)
        self.assertEqual(item["reasons"], ["image-too-large"])
        whole = self.made("half.jpg", "-quality", "90").read_bytes()
        half = self.folder / "half.jpg"
        half.write_bytes(whole[:len(whole) // 2])
        _, item = self.rebuilt(half, 3)
        self.assertEqual(item["reasons"], ["broken-image"])


if __name__ == "__main__":
    unittest.main()
