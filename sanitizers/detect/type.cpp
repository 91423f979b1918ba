#include "sanitizers/detect/type.h"

#include <algorithm>
#include <iterator>

#include "sanitizers/detect/aliases.h"

namespace mugai::sanitize {
namespace {

using enum Danger;

// clang-format off
constexpr Type kTypes[] = {
  {"unknown",       "application/octet-stream", "bin", unknown, "不明な形式", "unknown format"},

  {"text",          "text/plain", "txt", inert, "テキスト", "text"},
  {"log",           "text/plain", "log", inert, "ログ", "log"},
  {"csv",           "text/csv", "csv", inert, "CSV", "CSV"},
  {"tsv",           "text/tab-separated-values", "tsv", inert, "TSV", "TSV"},
  {"json",          "application/json", "json", inert, "JSON", "JSON"},
  {"xml",           "application/xml", "xml", inert, "XML", "XML"},
  {"sfc",           "application/octet-stream", "sfc", inert, "SXF 図面 (SFC)", "SXF drawing (SFC)"},
  {"p21",           "application/octet-stream", "p21", inert, "SXF 図面 (P21)", "SXF drawing (P21)"},
  {"dxf",           "image/vnd.dxf", "dxf", inert, "DXF 図面", "DXF drawing"},
  {"step",          "model/step", "stp", inert, "STEP 形状データ", "STEP model"},

  {"png",           "image/png", "png", inert, "PNG 画像", "PNG picture"},
  {"jpeg",          "image/jpeg", "jpg", inert, "JPEG 画像", "JPEG picture"},
  {"gif",           "image/gif", "gif", inert, "GIF 画像", "GIF picture"},
  {"webp",          "image/webp", "webp", inert, "WebP 画像", "WebP picture"},
  {"tiff",          "image/tiff", "tif", inert, "TIFF 画像", "TIFF picture"},
  {"bmp",           "image/bmp", "bmp", inert, "BMP 画像", "BMP picture"},
  {"ico",           "image/vnd.microsoft.icon", "ico", inert, "アイコン", "icon"},
  {"heic",          "image/heic", "heic", inert, "HEIC 画像", "HEIC picture"},
  {"avif",          "image/avif", "avif", inert, "AVIF 画像", "AVIF picture"},
  {"svg",           "image/svg+xml", "svg", document, "SVG 画像", "SVG picture"},
  {"emf",           "image/emf", "emf", document, "拡張メタファイル", "enhanced metafile"},
  {"wmf",           "image/wmf", "wmf", document, "Windows メタファイル", "Windows metafile"},
  {"camera-raw",    "application/octet-stream", "cr2", document, "カメラの RAW 画像", "camera raw picture"},
  {"jp2",           "image/jp2", "jp2", document, "JPEG 2000 画像", "JPEG 2000 picture"},
  {"jxl",           "image/jxl", "jxl", document, "JPEG XL 画像", "JPEG XL picture"},
  {"jls",           "image/jls", "jls", document, "JPEG-LS 画像", "JPEG-LS picture"},
  {"pnm",           "image/x-portable-anymap", "pnm", document, "PNM 画像", "PNM picture"},
  {"tga",           "image/x-tga", "tga", document, "TGA 画像", "TGA picture"},
  {"pcx",           "image/vnd.zbrush.pcx", "pcx", document, "PCX 画像", "PCX picture"},
  {"dds",           "image/vnd.ms-dds", "dds", document, "DDS 画像", "DDS picture"},
  {"icns",          "image/icns", "icns", document, "アイコン (macOS)", "icon (macOS)"},
  {"image-other",   "application/octet-stream", "xcf", document, "その他の画像", "another picture format"},
  {"psd",           "image/vnd.adobe.photoshop", "psd", document, "Photoshop 画像", "Photoshop picture"},

  {"html",          "text/html", "html", document, "HTML", "HTML"},
  {"ics",           "text/calendar", "ics", document, "予定表", "calendar"},
  {"vcf",           "text/vcard", "vcf", document, "連絡先", "contact"},
  {"pdf",           "application/pdf", "pdf", document, "PDF 文書", "PDF document"},
  {"rtf",           "application/rtf", "rtf", document, "リッチテキスト", "rich text"},
  {"doc",           "application/msword", "doc", document, "Word 文書 (旧形式)", "Word document (old)"},
  {"docx",          "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", document, "Word 文書", "Word document"},
  {"docm",          "application/vnd.ms-word.document.macroenabled.12", "docm", document, "Word 文書 (マクロ有効)", "Word document with macros"},
  {"dotx",          "application/vnd.openxmlformats-officedocument.wordprocessingml.template", "dotx", document, "Word テンプレート", "Word template"},
  {"dotm",          "application/vnd.ms-word.template.macroenabled.12", "dotm", document, "Word テンプレート (マクロ有効)", "Word template with macros"},
  {"xls",           "application/vnd.ms-excel", "xls", document, "Excel ブック (旧形式)", "Excel workbook (old)"},
  {"xlt",           "application/vnd.ms-excel", "xlt", document, "Excel テンプレート (旧形式)", "Excel template (old)"},
  {"xlsx",          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", document, "Excel ブック", "Excel workbook"},
  {"xlsm",          "application/vnd.ms-excel.sheet.macroenabled.12", "xlsm", document, "Excel ブック (マクロ有効)", "Excel workbook with macros"},
  {"xltx",          "application/vnd.openxmlformats-officedocument.spreadsheetml.template", "xltx", document, "Excel テンプレート", "Excel template"},
  {"xltm",          "application/vnd.ms-excel.template.macroenabled.12", "xltm", document, "Excel テンプレート (マクロ有効)", "Excel template with macros"},
  {"xlsb",          "application/vnd.ms-excel.sheet.binary.macroenabled.12", "xlsb", document, "Excel バイナリブック", "binary Excel workbook"},
  {"slk",           "application/x-sylk", "slk", document, "SYLK 表", "SYLK sheet"},
  {"ppt",           "application/vnd.ms-powerpoint", "ppt", document, "PowerPoint (旧形式)", "PowerPoint presentation (old)"},
  {"pptx",          "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx", document, "PowerPoint", "PowerPoint presentation"},
  {"pptm",          "application/vnd.ms-powerpoint.presentation.macroenabled.12", "pptm", document, "PowerPoint (マクロ有効)", "PowerPoint presentation with macros"},
  {"ppsx",          "application/vnd.openxmlformats-officedocument.presentationml.slideshow", "ppsx", document, "PowerPoint スライドショー", "PowerPoint slide show"},
  {"potx",          "application/vnd.openxmlformats-officedocument.presentationml.template", "potx", document, "PowerPoint テンプレート", "PowerPoint template"},
  {"vsd",           "application/vnd.visio", "vsd", document, "Visio 図面", "Visio drawing"},
  {"pub",           "application/x-mspublisher", "pub", document, "Publisher 文書", "Publisher document"},
  {"mpp",           "application/vnd.ms-project", "mpp", document, "Project ファイル", "Project file"},
  {"works",         "application/vnd.ms-works", "wps", document, "Works 文書", "Works document"},
  {"odt",           "application/vnd.oasis.opendocument.text", "odt", document, "OpenDocument 文書", "OpenDocument text"},
  {"ods",           "application/vnd.oasis.opendocument.spreadsheet", "ods", document, "OpenDocument 表計算", "OpenDocument spreadsheet"},
  {"odp",           "application/vnd.oasis.opendocument.presentation", "odp", document, "OpenDocument プレゼンテーション", "OpenDocument presentation"},
  {"odg",           "application/vnd.oasis.opendocument.graphics", "odg", document, "OpenDocument 図形", "OpenDocument drawing"},
  {"ott",           "application/vnd.oasis.opendocument.text-template", "ott", document, "OpenDocument テンプレート", "OpenDocument text template"},
  {"ots",           "application/vnd.oasis.opendocument.spreadsheet-template", "ots", document, "OpenDocument 表計算テンプレート", "OpenDocument spreadsheet template"},
  {"otp",           "application/vnd.oasis.opendocument.presentation-template", "otp", document, "OpenDocument プレゼンテーションテンプレート", "OpenDocument presentation template"},
  {"otg",           "application/vnd.oasis.opendocument.graphics-template", "otg", document, "OpenDocument 図形テンプレート", "OpenDocument drawing template"},
  {"fodt",          "application/vnd.oasis.opendocument.text-flat-xml", "fodt", document, "OpenDocument 文書 (XML)", "flat OpenDocument text"},
  {"fods",          "application/vnd.oasis.opendocument.spreadsheet-flat-xml", "fods", document, "OpenDocument 表計算 (XML)", "flat OpenDocument spreadsheet"},
  {"fodp",          "application/vnd.oasis.opendocument.presentation-flat-xml", "fodp", document, "OpenDocument プレゼンテーション (XML)", "flat OpenDocument presentation"},
  {"fodg",          "application/vnd.oasis.opendocument.graphics-flat-xml", "fodg", document, "OpenDocument 図形 (XML)", "flat OpenDocument drawing"},
  {"staroffice",    "application/vnd.sun.xml.writer", "sxw", document, "StarOffice 文書", "StarOffice document"},
  {"iwork",         "application/vnd.apple.pages", "pages", document, "Apple iWork 文書", "Apple iWork document"},
  {"wordperfect",   "application/vnd.wordperfect", "wpd", document, "WordPerfect 文書", "WordPerfect document"},
  {"lotus",         "application/vnd.lotus-1-2-3", "wk1", document, "Lotus 1-2-3 表", "Lotus 1-2-3 sheet"},
  {"quattro",       "application/x-quattro-pro", "wq1", document, "Quattro Pro 表", "Quattro Pro sheet"},
  {"ole",           "application/x-ole-storage", "ole", document, "OLE 複合ファイル", "OLE compound file"},
  {"encrypted-office", "application/x-ole-storage", "ole", document, "パスワード付き Office 文書", "password-protected Office document"},
  {"jtd",           "application/x-js-taro", "jtd", document, "一太郎文書", "Ichitaro document"},
  {"xdw",           "application/vnd.fujifilm.fb.docuworks", "xdw", document, "DocuWorks 文書", "DocuWorks document"},
  {"xbd",           "application/vnd.fujifilm.fb.docuworks.binder", "xbd", document, "DocuWorks バインダー", "DocuWorks binder"},
  {"hwp",           "application/x-hwp", "hwp", document, "HWP 文書", "HWP document"},
  {"dwg",           "image/vnd.dwg", "dwg", document, "DWG 図面", "DWG drawing"},
  {"jww",           "application/octet-stream", "jww", document, "Jw_cad 図面", "Jw_cad drawing"},
  {"dwf",           "model/vnd.dwf", "dwf", document, "DWF 図面", "DWF drawing"},
  {"dgn",           "image/vnd.dgn", "dgn", document, "MicroStation 図面 (DGN)", "MicroStation drawing (DGN)"},
  {"dxb",           "image/x-dxb", "dxb", document, "バイナリ DXF 図面", "binary DXF drawing"},
  {"iges",          "model/iges", "igs", document, "IGES 形状データ", "IGES model"},
  {"stl",           "model/stl", "stl", document, "STL 形状データ", "STL model"},
  {"3dm",           "model/vnd.3dm", "3dm", document, "Rhino 形状データ", "Rhino model"},
  {"skp",           "application/vnd.sketchup.skp", "skp", document, "SketchUp 形状データ", "SketchUp model"},
  {"shp",           "application/vnd.shp", "shp", document, "シェープファイル (GIS)", "shapefile (GIS)"},
  {"kml",           "application/vnd.google-earth.kml+xml", "kml", document, "KML 地理データ", "KML map data"},
  {"xps",           "application/vnd.ms-xpsdocument", "xps", document, "XPS 文書", "XPS document"},
  {"epub",          "application/epub+zip", "epub", document, "電子書籍 (EPUB)", "EPUB book"},
  {"mobi",          "application/x-mobipocket-ebook", "mobi", document, "電子書籍 (Kindle)", "Kindle book"},
  {"djvu",          "image/vnd.djvu", "djvu", document, "DjVu 文書", "DjVu document"},
  {"indd",          "application/x-indesign", "indd", document, "InDesign 文書", "InDesign document"},
  {"ai",            "application/illustrator", "ai", document, "Illustrator 画像", "Illustrator artwork"},
  {"eps",           "application/eps", "eps", document, "EPS 画像", "EPS picture"},
  {"ps",            "application/postscript", "ps", document, "PostScript", "PostScript"},
  {"mht",           "multipart/related", "mht", document, "Web アーカイブ", "web archive"},

  {"zip",           "application/zip", "zip", container, "ZIP 書庫", "ZIP archive"},
  {"7z",            "application/x-7z-compressed", "7z", container, "7-Zip 書庫", "7-Zip archive"},
  {"rar",           "application/vnd.rar", "rar", container, "RAR 書庫", "RAR archive"},
  {"lzh",           "application/x-lzh-compressed", "lzh", container, "LZH 書庫", "LZH archive"},
  {"tar",           "application/x-tar", "tar", container, "TAR 書庫", "TAR archive"},
  {"gz",            "application/gzip", "gz", container, "GZIP 圧縮ファイル", "gzip file"},
  {"bz2",           "application/x-bzip2", "bz2", container, "BZIP2 圧縮ファイル", "bzip2 file"},
  {"xz",            "application/x-xz", "xz", container, "XZ 圧縮ファイル", "xz file"},
  {"zst",           "application/zstd", "zst", container, "Zstandard 圧縮ファイル", "Zstandard file"},
  {"cab",           "application/vnd.ms-cab-compressed", "cab", container, "CAB 書庫", "CAB archive"},
  {"arj",           "application/x-arj", "arj", container, "ARJ 書庫", "ARJ archive"},
  {"ace",           "application/x-ace-compressed", "ace", container, "ACE 書庫", "ACE archive"},
  {"cpio",          "application/x-cpio", "cpio", container, "CPIO 書庫", "CPIO archive"},
  {"ar",            "application/x-archive", "a", container, "AR 書庫", "AR archive"},
  {"lz4",           "application/x-lz4", "lz4", container, "LZ4 圧縮ファイル", "LZ4 file"},
  {"lzo",           "application/x-lzop", "lzo", container, "LZO 圧縮ファイル", "LZO file"},
  {"compress",      "application/x-compress", "z", container, "compress 圧縮ファイル", "compress file"},
  {"eml",           "message/rfc822", "eml", container, "メール", "mail message"},
  {"mbox",          "application/mbox", "mbox", container, "メールボックス", "mailbox"},
  {"msg",           "application/vnd.ms-outlook", "msg", container, "Outlook メール", "Outlook message"},
  {"pst",           "application/vnd.ms-outlook-pst", "pst", container, "Outlook データファイル", "Outlook data file"},
  {"tnef",          "application/ms-tnef", "dat", container, "TNEF (winmail.dat)", "TNEF (winmail.dat)"},
  {"smime",         "application/pkcs7-mime", "p7m", container, "S/MIME", "S/MIME"},
  {"pgp",           "application/pgp-encrypted", "pgp", container, "PGP", "PGP"},

  {"polyglot",      "application/octet-stream", "bin", unknown, "複数の形式を兼ねたファイル", "a file of several formats at once"},
  {"sqlite",        "application/vnd.sqlite3", "sqlite", unknown, "SQLite データベース", "SQLite database"},
  {"dbf",           "application/vnd.dbf", "dbf", unknown, "dBASE データベース", "dBASE database"},
  {"filemaker",     "application/vnd.filemaker", "fmp12", unknown, "FileMaker データベース", "FileMaker database"},
  {"database",      "application/octet-stream", "db", unknown, "データベース", "database"},
  {"certificate",   "application/pkix-cert", "cer", unknown, "証明書・鍵ファイル", "certificate or key"},
  {"torrent",       "application/x-bittorrent", "torrent", unknown, "BitTorrent ファイル", "BitTorrent file"},
  {"mp3",           "audio/mpeg", "mp3", unknown, "音声 (MP3)", "audio (MP3)"},
  {"wav",           "audio/wav", "wav", unknown, "音声 (WAV)", "audio (WAV)"},
  {"m4a",           "audio/mp4", "m4a", unknown, "音声 (M4A)", "audio (M4A)"},
  {"aac",           "audio/aac", "aac", unknown, "音声 (AAC)", "audio (AAC)"},
  {"flac",          "audio/flac", "flac", unknown, "音声 (FLAC)", "audio (FLAC)"},
  {"ogg",           "audio/ogg", "ogg", unknown, "音声 (Ogg)", "audio (Ogg)"},
  {"wma",           "audio/x-ms-wma", "wma", unknown, "音声 (WMA)", "audio (WMA)"},
  {"aiff",          "audio/aiff", "aif", unknown, "音声 (AIFF)", "audio (AIFF)"},
  {"amr",           "audio/amr", "amr", unknown, "音声 (AMR)", "audio (AMR)"},
  {"midi",          "audio/midi", "mid", unknown, "音楽 (MIDI)", "music (MIDI)"},
  {"audio",         "application/octet-stream", "audio", unknown, "音声", "audio"},
  {"mp4",           "video/mp4", "mp4", unknown, "動画 (MP4)", "video (MP4)"},
  {"mov",           "video/quicktime", "mov", unknown, "動画 (QuickTime)", "video (QuickTime)"},
  {"avi",           "video/x-msvideo", "avi", unknown, "動画 (AVI)", "video (AVI)"},
  {"wmv",           "video/x-ms-wmv", "wmv", unknown, "動画 (WMV)", "video (WMV)"},
  {"mpeg",          "video/mpeg", "mpg", unknown, "動画 (MPEG)", "video (MPEG)"},
  {"mkv",           "video/x-matroska", "mkv", unknown, "動画 (Matroska)", "video (Matroska)"},
  {"webm",          "video/webm", "webm", unknown, "動画 (WebM)", "video (WebM)"},
  {"flv",           "video/x-flv", "flv", unknown, "動画 (FLV)", "video (FLV)"},
  {"3gp",           "video/3gpp", "3gp", unknown, "動画 (3GPP)", "video (3GPP)"},
  {"video",         "application/octet-stream", "video", unknown, "動画", "video"},
  {"font",          "application/octet-stream", "font", unknown, "フォント", "font"},

  {"exe",           "application/vnd.microsoft.portable-executable", "exe", active, "実行ファイル", "program"},
  {"dll",           "application/vnd.microsoft.portable-executable", "dll", active, "ダイナミックリンクライブラリ", "dynamic library"},
  {"msi",           "application/x-msi", "msi", active, "インストーラー", "installer"},
  {"elf",           "application/x-executable", "elf", active, "実行ファイル (Linux)", "program (Linux)"},
  {"macho",         "application/x-mach-binary", "macho", active, "実行ファイル (macOS)", "program (macOS)"},
  {"package",       "application/octet-stream", "pkg", active, "ソフトウェアパッケージ", "software package"},
  {"script-js",     "text/javascript", "js", active, "スクリプト (JavaScript)", "script (JavaScript)"},
  {"script-vbs",    "text/vbscript", "vbs", active, "スクリプト (VBScript)", "script (VBScript)"},
  {"script-ps1",    "text/plain", "ps1", active, "スクリプト (PowerShell)", "script (PowerShell)"},
  {"script-bat",    "text/plain", "bat", active, "バッチファイル", "batch file"},
  {"script-shell",  "text/x-shellscript", "sh", active, "スクリプト", "script"},
  {"hta",           "application/hta", "hta", active, "HTML アプリケーション", "HTML application"},
  {"lnk",           "application/x-ms-shortcut", "lnk", active, "ショートカット", "shortcut"},
  {"url",           "application/internet-shortcut", "url", active, "インターネットショートカット", "Internet shortcut"},
  {"chm",           "application/vnd.ms-htmlhelp", "chm", active, "ヘルプファイル", "compiled help"},
  {"jar",           "application/java-archive", "jar", active, "Java アプリケーション", "Java application"},
  {"apk",           "application/vnd.android.package-archive", "apk", active, "Android アプリ", "Android app"},
  {"class",         "application/java-vm", "class", active, "Java クラス", "Java class"},
  {"wasm",          "application/wasm", "wasm", active, "WebAssembly", "WebAssembly"},
  {"swf",           "application/vnd.adobe.flash.movie", "swf", active, "Flash", "Flash"},
  {"onenote",       "application/onenote", "one", active, "OneNote", "OneNote"},
  {"xla",           "application/vnd.ms-excel.addin", "xla", active, "Excel アドイン", "Excel add-in"},
  {"xll",           "application/vnd.ms-excel.xll", "xll", active, "Excel アドイン (XLL)", "Excel add-in (XLL)"},
  {"ppam",          "application/vnd.ms-powerpoint.addin.macroenabled.12", "ppam", active, "PowerPoint アドイン", "PowerPoint add-in"},
  {"iqy",           "text/x-ms-iqy", "iqy", active, "Web クエリ", "web query"},
  {"reg",           "text/x-ms-regedit", "reg", active, "レジストリファイル", "registry file"},
  {"inf",           "text/x-ms-inf", "inf", active, "セットアップ情報", "setup information"},
  {"mdb",           "application/x-msaccess", "mdb", active, "Access データベース", "Access database"},
  {"iso",           "application/x-iso9660-image", "iso", active, "ディスクイメージ (ISO)", "disk image (ISO)"},
  {"vhd",           "application/x-vhd", "vhd", active, "仮想ディスク", "virtual disk"},
  {"disk-image",    "application/octet-stream", "img", active, "ディスクイメージ", "disk image"},
};
// clang-format on

const Type* find_alias(std::string_view word, std::span<const Alias> aliases) {
  const auto found =
      std::find_if(aliases.begin(), aliases.end(), [&](const Alias& alias) { return alias.word == word; });
  return found == aliases.end() ? nullptr : type_by_id(found->id);
}

}  // namespace

std::span<const Type> all_types() {
  return kTypes;
}
const Type& type_unknown() {
  return kTypes[0];
}

const Type* type_by_id(std::string_view id) {
  const auto found =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const Type& type) { return type.id == id; });
  return found == std::end(kTypes) ? nullptr : &*found;
}

const Type* type_by_media_type(std::string_view media_type) {
  // A type that says only "some bytes" or "some text" names nothing.
  if (media_type == "application/octet-stream" || media_type.empty()) return nullptr;
  if (const Type* type = find_alias(media_type, media_type_aliases())) return type;
  for (const Type& type : kTypes)
    if (type.media_type == media_type) return &type;
  for (const auto& [prefix, id] : {std::pair<std::string_view, std::string_view>{"audio/", "audio"},
                                   {"video/", "video"},
                                   {"font/", "font"}})
    if (media_type.substr(0, prefix.size()) == prefix) return type_by_id(id);
  return nullptr;
}

// ".bin" and ".dat" are what senders write when they do not know either.
const Type* type_by_extension(std::string_view extension) {
  for (const Type& type : kTypes)
    if (type.extension == extension && extension != "dat" && extension != "bin") return &type;
  return find_alias(extension, extension_aliases());
}

bool has_extension(const Type& type, std::string_view extension) {
  // Programs that keep one mail in an mbox call it .eml.
  if (type.id == "mbox" && extension == "eml") return true;
  const Type* const usual = type_by_extension(extension);
  // A locked package is called what it will be when it is opened.
  if (type.id == "encrypted-office" && usual && (usual->media_type.find("officedocument") != std::string_view::npos || usual->media_type.ends_with(".macroenabled.12")))
    return true;
  return extension == type.extension || usual == &type;
}

}  // namespace mugai::sanitize
