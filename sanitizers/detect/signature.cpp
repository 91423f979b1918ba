#include "sanitizers/detect/signature.h"

#include <algorithm>

#include "sanitizers/little_endian.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_view_literals;

struct Signature {
  size_t offset;
  std::string_view bytes;
  std::string_view id;
};

// clang-format off
constexpr Signature kSignatures[] = {
  {0, "\x89PNG\r\n\x1a\n"sv, "png"},
  {0, "\xff\xd8\xff\xf7"sv, "jls"}, {0, "\xff\xd8\xff"sv, "jpeg"},
  {0, "GIF87a"sv, "gif"}, {0, "GIF89a"sv, "gif"},
  {0, "II*\0"sv, "tiff"}, {0, "MM\0*"sv, "tiff"}, {0, "II+\0\x08\0\0\0"sv, "tiff"}, {0, "MM\0+\0\x08\0\0"sv, "tiff"},
  {0, "8BPS"sv, "psd"},
  {0, "\0\0\0\x0cjP  \r\n\x87\n"sv, "jp2"}, {0, "\xff\x4f\xff\x51"sv, "jp2"},
  {0, "\0\0\0\x0cJXL \r\n\x87\n"sv, "jxl"}, {0, "\xff\x0a"sv, "jxl"}, {0, "DDS "sv, "dds"}, {0, "icns"sv, "icns"}, {0, "BPG\xfb"sv, "image-other"},
  {0, "gimp xcf "sv, "image-other"}, {0, "qoif"sv, "image-other"}, {0, "v/1\x01"sv, "image-other"}, {0, "II\xbc"sv, "image-other"},
  {0, "FOVb"sv, "camera-raw"}, {0, "IIRO"sv, "camera-raw"}, {0, "IIU\0"sv, "camera-raw"}, {0, "FUJIFILMCCD-RAW"sv, "camera-raw"},
  {0, "AT&TFORM"sv, "djvu"}, {0, "\x06\x06\xed\xf5\xd8\x1d\x46\xe5"sv, "indd"}, {60, "BOOKMOBI"sv, "mobi"},
  {0, "HWP Document File"sv, "hwp"}, {0, "\xffWPC"sv, "wordperfect"}, {0, "(DWF V"sv, "dwf"}, {0, "AutoCAD Binary DXF\r\n\x1a\0"sv, "dxb"},
  {0, "3D Geometry File Format "sv, "3dm"}, {0, "\xff\xfe\xff\x0eS\0k\0e\0t\0c\0h\0U\0p\0"sv, "skp"}, {0, "\0\0\x27\x0a\0\0\0\0"sv, "shp"},
  {0, "\x08\x09\xfe\x02"sv, "dgn"}, {0, "\0\0\x02\0\x04\x04"sv, "lotus"}, {0, "\0\0\x02\0\x06\x04"sv, "lotus"}, {0, "\0\0\x1a\0"sv, "lotus"},
  {0, "\0\0\x02\0\x20\x51"sv, "quattro"}, {0, "\0\0\x02\0\x21\x51"sv, "quattro"}, {0, "\0\0\x02\0\x01\x10"sv, "quattro"}, {0, "\0\0\x02\0\x02\x10"sv, "quattro"},
  {0, "d8:announce"sv, "torrent"}, {0, "d10:created by"sv, "torrent"}, {0, "\xfe\xed\xfe\xed\0\0\0"sv, "certificate"},
  {14, "HBAM7"sv, "filemaker"}, {0, "\x04\x22\x4d\x18"sv, "lz4"}, {0, "\x89LZO\0\r\n\x1a\n"sv, "lzo"}, {0, "\x1f\x9d"sv, "compress"}, {0, "\x1f\xa0"sv, "compress"},
  {0, "\xd7\xcd\xc6\x9a"sv, "wmf"}, {40, " EMF"sv, "emf"},
  {0, "%!PS"sv, "ps"}, {0, "\xc5\xd0\xd3\xc6"sv, "eps"},
  {0, "AC10"sv, "dwg"},
  {0, "JwwData."sv, "jww"},
  {0, "\x60\x0e\x82\x02"sv, "xdw"},
  {0, "ID;P"sv, "slk"},
  {0, "7z\xbc\xaf\x27\x1c"sv, "7z"},
  {0, "Rar!\x1a\x07"sv, "rar"}, {0, "RE\x7e\x5e"sv, "rar"},
  {0, "\x1f\x8b\x08"sv, "gz"}, {0, "BZh"sv, "bz2"}, {0, "\xfd""7zXZ\0"sv, "xz"}, {0, "\x28\xb5\x2f\xfd"sv, "zst"},
  {0, "MSCF\0\0\0\0"sv, "cab"}, {0, "ISc("sv, "cab"},
  {0, "\x60\xea"sv, "arj"}, {7, "**ACE**"sv, "ace"}, {257, "ustar"sv, "tar"},
  {0, "070701"sv, "cpio"}, {0, "070707"sv, "cpio"},
  {0, "\x78\x9f\x3e\x22"sv, "tnef"}, {0, "!BDN"sv, "pst"},
  {0, "SQLite format 3\0"sv, "sqlite"},
  {4, "Standard Jet DB"sv, "mdb"}, {4, "Standard ACE DB"sv, "mdb"},
  {0, "\x7f""ELF"sv, "elf"},
  {0, "\xfe\xed\xfa\xce"sv, "macho"}, {0, "\xfe\xed\xfa\xcf"sv, "macho"}, {0, "\xce\xfa\xed\xfe"sv, "macho"}, {0, "\xcf\xfa\xed\xfe"sv, "macho"},
  {0, "\xca\xfe\xba\xbe"sv, "class"}, {0, "\xca\xfe\xd0\x0d"sv, "jar"},
  {0, "L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"sv, "lnk"},
  {0, "ITSF"sv, "chm"}, {0, "\x3f\x5f\x03\0"sv, "chm"}, {0, "ITOLITLS"sv, "chm"},
  {0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"sv, "onenote"},
  {0, "\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f"sv, "onenote"},
  {0, "dex\n"sv, "apk"}, {0, "\0asm"sv, "wasm"},
  {0, "FWS"sv, "swf"}, {0, "CWS"sv, "swf"}, {0, "ZWS"sv, "swf"},
  {0, "\xed\xab\xee\xdb"sv, "package"}, {0, "!<arch>\ndebian"sv, "package"}, {0, "Cr24"sv, "package"}, {0, "xar!"sv, "package"},
  {0, "!<arch>\n"sv, "ar"},
  {0, "vhdxfile"sv, "vhd"}, {0, "conectix"sv, "vhd"}, {0, "KDMV"sv, "disk-image"}, {0, "QFI\xfb"sv, "disk-image"},
  {0, "MSWIM\0\0\0"sv, "disk-image"},
  {0, "wOFF"sv, "font"}, {0, "wOF2"sv, "font"}, {0, "OTTO\0"sv, "font"},
  {0, "ID3"sv, "mp3"}, {0, "fLaC"sv, "flac"}, {0, "OggS"sv, "ogg"}, {0, "MThd"sv, "midi"}, {0, "#!AMR"sv, "amr"}, {0, "caff\0\1"sv, "audio"},
  {0, "Creative Voice File\x1a"sv, "audio"}, {0, ".ra\xfd"sv, "audio"}, {0, ".RMF\0\0"sv, "video"}, {0, "FLV\x01"sv, "flv"}, {0, "\0\0\1\xba"sv, "mpeg"}, {0, "\0\0\1\xb3"sv, "mpeg"},
  {0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c"sv, "wmv"},
  {0, "ttcf\0"sv, "font"}, {0, "\0\1\0\0\0"sv, "font"}, {0, "true\0"sv, "font"},
};
// clang-format on

bool has_at(Bytes bytes, size_t offset, std::string_view what) {
  return slice(bytes, offset, what.size()) == what;
}

const Type* by_riff(Bytes bytes) {
  if (!has_at(bytes, 0, "RIFF") && !has_at(bytes, 0, "RIFX")) return nullptr;
  if (has_at(bytes, 8, "WEBP")) return type_by_id("webp");
  return type_by_id(has_at(bytes, 8, "WAVE")   ? "wav"
                    : has_at(bytes, 8, "AVI ") ? "avi"
                    : has_at(bytes, 8, "RMID") ? "midi"
                                               : "video");
}

// ISO base media (ISO 14496-12 §4.3): pictures by major or, under the generic brands, by compatible brand.
const Type* by_ftyp(Bytes bytes) {
  if (!has_at(bytes, 4, "ftyp")) return nullptr;
  const Bytes box = bytes.substr(
      0,
      std::min<size_t>({bytes.size(), 256, static_cast<size_t>(byte_at(bytes, 2)) << 8 | byte_at(bytes, 3)}));
  const auto brand = [](Bytes name) -> std::string_view {
    if (name == "avif" || name == "avis") return "avif";
    if (name == "heic" || name == "heix" || name == "hevc" || name == "hevx" || name == "heim" ||
        name == "heis")
      return "heic";
    return {};
  };
  const Bytes major = slice(bytes, 8, 4);
  if (const auto id = brand(major); !id.empty()) return type_by_id(id);
  if (major == "mif1" || major == "msf1") {
    for (size_t at = 16; at + 4 <= box.size(); at += 4)
      if (const auto id = brand(box.substr(at, 4)); !id.empty()) return type_by_id(id);
    return &type_unknown();
  }
  if (major == "crx ") return type_by_id("camera-raw");
  if (major == "jxl ") return type_by_id("jxl");
  if (major.substr(0, 2) == "jp") return type_by_id("jp2");
  if (major == "M4A " || major == "M4B " || major == "M4P ") return type_by_id("m4a");
  if (major == "qt  ") return type_by_id("mov");
  return type_by_id(major.substr(0, 2) == "3g" ? "3gp" : "mp4");
}

// "MZ" starts a program whether or not a PE header follows: DOS still runs in some places, and a broken
// header is no reason to trust. Text that begins with these two letters is told apart by the caller, who asks
// for text first.
const Type* by_mz(Bytes bytes) {
  if (!has_at(bytes, 0, "MZ") && !has_at(bytes, 0, "ZM")) return nullptr;
  const size_t header = u32(bytes, 60);
  constexpr size_t kCharacteristics = 22;
  const bool library =
      has_at(bytes, header, "PE\0\0"sv) && (byte_at(bytes, header + kCharacteristics + 1) & 0x20);
  return type_by_id(library ? "dll" : "exe");
}

const Type* by_lzh(Bytes bytes) {
  const bool method = has_at(bytes, 2, "-l") && byte_at(bytes, 6) == '-' &&
                      (byte_at(bytes, 4) == 'h' || byte_at(bytes, 4) == 'z');
  return method ? type_by_id("lzh") : nullptr;
}

// FORM, size, AIFF or AIFC.
const Type* by_aiff(Bytes bytes) {
  return has_at(bytes, 0, "FORM") && has_at(bytes, 8, "AIF") ? type_by_id("aiff") : nullptr;
}

// EBML, whose first element names the kind: WebM is a Matroska that says so.
const Type* by_ebml(Bytes bytes) {
  if (!has_at(bytes, 0, "\x1a\x45\xdf\xa3")) return nullptr;
  return type_by_id(slice(bytes, 0, 64).find("webm") != Bytes::npos ? "webm" : "mkv");
}

// MPEG audio without a tag: two frames behind each other, since eleven set bits alone are no sign.
const Type* by_mpeg_audio(Bytes bytes) {
  if (byte_at(bytes, 0) != 0xff || (byte_at(bytes, 1) & 0xe0) != 0xe0) return nullptr;
  const bool adts = (byte_at(bytes, 1) & 0xf6) == 0xf0;
  if (adts) {
    const size_t length = (byte_at(bytes, 3) & 3u) << 11 | byte_at(bytes, 4) << 3 | byte_at(bytes, 5) >> 5;
    return length > 7 && byte_at(bytes, length) == 0xff && (byte_at(bytes, length + 1) & 0xf6) == 0xf0
               ? type_by_id("aac")
               : nullptr;
  }
  static constexpr uint16_t kRates[] = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0};
  static constexpr uint16_t kSamples[] = {441, 480, 320, 0};
  const unsigned version = byte_at(bytes, 1) >> 3 & 3, layer = byte_at(bytes, 1) >> 1 & 3;
  const size_t rate = kRates[byte_at(bytes, 2) >> 4], sampling = kSamples[byte_at(bytes, 2) >> 2 & 3];
  if (version != 3 || layer != 1 || rate == 0 || sampling == 0) return nullptr;
  const size_t next = 144 * rate * 10 / sampling + (byte_at(bytes, 2) >> 1 & 1);
  return byte_at(bytes, next) == 0xff && (byte_at(bytes, next + 1) & 0xfe) == (byte_at(bytes, 1) & 0xfe)
             ? type_by_id("mp3")
             : nullptr;
}

// dBASE: version, date, and a header whose length fits and whose fields end with a carriage return.
const Type* by_dbf(Bytes bytes) {
  static constexpr unsigned char kVersions[] = {0x02, 0x03, 0x30, 0x31, 0x43, 0x63, 0x83, 0x8b, 0xcb, 0xf5};
  const size_t header = byte_at(bytes, 8) | byte_at(bytes, 9) << 8;
  const bool known =
      std::find(std::begin(kVersions), std::end(kVersions), byte_at(bytes, 0)) != std::end(kVersions);
  const bool dated =
      byte_at(bytes, 2) >= 1 && byte_at(bytes, 2) <= 12 && byte_at(bytes, 3) >= 1 && byte_at(bytes, 3) <= 31;
  const bool ends =
      header >= 65 && (byte_at(bytes, header - 1) == 0x0d || byte_at(bytes, header - 264) == 0x0d);
  return known && dated && ends ? type_by_id("dbf") : nullptr;
}

// PKCS #7 in DER: a SEQUENCE whose first element is an OID below 1.2.840.113549.1.7 (or is compressed data).
// A certificate is two SEQUENCEs one in the other.
const Type* by_pkcs7(Bytes bytes) {
  if (byte_at(bytes, 0) != 0x30) return nullptr;
  const Bytes head = slice(bytes, 0, 32);
  const bool message = head.substr(0, 24).find("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"sv) != Bytes::npos ||
                       head.find("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09"sv) != Bytes::npos;
  if (message) return type_by_id("smime");
  const size_t length = byte_at(bytes, 2) << 8 | byte_at(bytes, 3);
  const bool certificate =
      byte_at(bytes, 1) == 0x82 && byte_at(bytes, 4) == 0x30 && length + 4 == bytes.size();
  return certificate ? type_by_id("certificate") : nullptr;
}

const Type* by_rtf(Bytes bytes) { return begins_as_rtf(bytes) ? type_by_id("rtf") : nullptr; }

// Zeros and a small number begin many things; an icon also has a directory whose first picture lies inside of
// the file.
const Type* by_ico(Bytes bytes) {
  if (!has_at(bytes, 0, "\0\0\1\0"sv) && !has_at(bytes, 0, "\0\0\2\0"sv)) return nullptr;
  const size_t count = byte_at(bytes, 4) | byte_at(bytes, 5) << 8, size = u32(bytes, 14),
               offset = u32(bytes, 18);
  const bool plausible = count > 0 && byte_at(bytes, 9) == 0 && size >= 40 && offset >= 6 + 16 * count &&
                         offset < bytes.size() && size <= bytes.size() - offset;
  return plausible ? type_by_id("ico") : nullptr;
}

// "BM" alone is two letters; the size of the second header makes it a bitmap.
const Type* by_bmp(Bytes bytes) {
  if (!has_at(bytes, 0, "BM")) return nullptr;
  const uint32_t header = u32(bytes, 14);
  const bool known = header == 12 || header == 16 || header == 40 || header == 52 || header == 56 ||
                     header == 64 || header == 108 || header == 124;
  return known ? type_by_id("bmp") : nullptr;
}

}  // namespace

const Type* by_signature(Bytes bytes) {
  for (const Signature& signature : kSignatures)
    if (has_at(bytes, signature.offset, signature.bytes)) return type_by_id(signature.id);
  for (const auto probe :
       {by_riff, by_ftyp, by_mz, by_lzh, by_pkcs7, by_bmp, by_ico, by_aiff, by_ebml, by_mpeg_audio, by_dbf, by_rtf})
    if (const Type* type = probe(bytes)) return type;
  // Readers look for a PDF's header in the first 1,024 bytes.
  if (slice(bytes, 0, 1024 + 5).find("%PDF-") != Bytes::npos) return type_by_id("pdf");
  return nullptr;
}

bool begins_as_rtf(Bytes bytes) {
  constexpr std::string_view kBlanks = " \t\r\n\f\v";
  if (bytes.substr(0, 3) == "\xef\xbb\xbf") bytes.remove_prefix(3);
  bytes.remove_prefix(std::min(bytes.find_first_not_of(kBlanks), bytes.size()));
  if (byte_at(bytes, 0) != '{') return false;
  bytes.remove_prefix(std::min(bytes.find_first_not_of(kBlanks, 1), bytes.size()));
  return has_at(bytes, 0, "\\rt");
}

const Type* by_distant_signature(Bytes bytes) {
  for (const size_t sector : {size_t{32769}, size_t{34817}, size_t{36865}})
    if (has_at(bytes, sector, "CD001") || has_at(bytes, sector, "BEA01") || has_at(bytes, sector, "NSR02") ||
        has_at(bytes, sector, "NSR03"))
      return type_by_id("iso");
  if (bytes.size() < 512) return nullptr;
  const Bytes last = bytes.substr(bytes.size() - 512);
  if (has_at(last, 0, "conectix")) return type_by_id("vhd");
  if (has_at(last, 0, "koly")) return type_by_id("disk-image");
  return nullptr;
}

}  // namespace mugai::sanitize
