#include "sanitizers/detect/signature.h"

#include <algorithm>

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
  {0, "\xff\xd8\xff"sv, "jpeg"},
  {0, "GIF87a"sv, "gif"}, {0, "GIF89a"sv, "gif"},
  {0, "II*\0"sv, "tiff"}, {0, "MM\0*"sv, "tiff"}, {0, "II+\0\x08\0\0\0"sv, "tiff"}, {0, "MM\0+\0\x08\0\0"sv, "tiff"},
  {0, "8BPS"sv, "psd"},
  {0, "\xd7\xcd\xc6\x9a"sv, "wmf"}, {40, " EMF"sv, "emf"},
  {0, "%!PS"sv, "ps"}, {0, "\xc5\xd0\xd3\xc6"sv, "ps"},
  {0, "{\\rt"sv, "rtf"},
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
  {0, "ID3"sv, "audio"}, {0, "fLaC"sv, "audio"}, {0, "OggS"sv, "audio"}, {0, "MThd"sv, "audio"},
};
// clang-format on

bool has_at(Bytes bytes, size_t offset, std::string_view what) {
  return slice(bytes, offset, what.size()) == what;
}

uint32_t u32(Bytes bytes, size_t at) {
  return byte_at(bytes, at) | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2) << 16 |
         static_cast<uint32_t>(byte_at(bytes, at + 3)) << 24;
}

const Type* by_riff(Bytes bytes) {
  if (!has_at(bytes, 0, "RIFF") && !has_at(bytes, 0, "RIFX")) return nullptr;
  if (has_at(bytes, 8, "WEBP")) return type_by_id("webp");
  return type_by_id(has_at(bytes, 8, "WAVE") ? "audio" : "video");
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
  if (major == "crx " || major == "jxl " || major == "jp2 " || major == "jpx ") return &type_unknown();
  return type_by_id(major == "M4A " || major == "M4B " ? "audio" : "video");
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

// PKCS #7 in DER: a SEQUENCE whose first element is an OID below 1.2.840.113549.1.7.
const Type* by_pkcs7(Bytes bytes) {
  if (byte_at(bytes, 0) != 0x30) return nullptr;
  return slice(bytes, 0, 24).find("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"sv) != Bytes::npos
             ? type_by_id("smime")
             : nullptr;
}

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
  for (const auto probe : {by_riff, by_ftyp, by_mz, by_lzh, by_pkcs7, by_bmp, by_ico})
    if (const Type* type = probe(bytes)) return type;
  // Readers look for a PDF's header in the first 1,024 bytes.
  if (slice(bytes, 0, 1024 + 5).find("%PDF-") != Bytes::npos) return type_by_id("pdf");
  return nullptr;
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
