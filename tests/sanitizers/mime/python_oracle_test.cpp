// Another implementation reads what we write: Python's email package must find the same texts, names and
// addresses.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "sanitizers/mime/address.h"
#include "sanitizers/mime/header_text.h"
#include "sanitizers/mime/transfer.h"

namespace mugai::sanitize {
namespace {

const std::vector<std::string>& texts() {
  static const std::vector<std::string> kTexts = {
      "Hello",
      "Re: 会議のお知らせ（第３回）",
      "日本語だけの件名で、とても長いので何行かに折り返される。それでも一文字も失われてはならない。",
      "=?utf-8?Q?not_a_word?=",
      "mixed ASCII と 日本語 and ASCII again, long enough to be folded somewhere in the middle of it all",
      "①㈱髙～ｶﾅ 👨‍👩‍👧 葛󠄀城",
      "plain words that are long enough to be folded at least once because they pass seventy-six columns",
      "a  double  blank",
      "quote \" backslash \\ comma, semicolon; (brackets) <angle> @ colon:",
      std::string(300, 'x'),
  };
  return kTexts;
}

// What the program prints, errors included.
std::string run_python(const std::string& program) {
  const auto path =
      std::filesystem::temp_directory_path() / ("mugai-oracle-" + std::to_string(getpid()) + ".py");
  std::ofstream(path) << program;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(("python3 " + path.string() + " 2>&1").c_str(), "r"),
                                                   pclose);
  std::string out;
  std::array<char, 4096> buffer;
  while (pipe && fgets(buffer.data(), buffer.size(), pipe.get())) out += buffer.data();
  std::filesystem::remove(path);
  return out;
}

std::string python_bytes(std::string_view bytes) {
  std::string out = "b'";
  for (const char c : bytes) {
    char escaped[5];
    std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(c));
    out += escaped;
  }
  return out + "'";
}

// `expression` is a Python expression of `m`, the parsed message with `headers`; it must give `expected`.
void expect_from_python(const std::string& label,
                        const std::vector<std::pair<std::string, std::string>>& cases,
                        const std::string& expression) {
  std::string program =
      "import email, email.policy\nfrom email.header import decode_header, make_header\nfrom email.utils "
      "import getaddresses, collapse_rfc2231_value\n"
      "def words(v): return ''.join(p.decode(c or 'ascii') if isinstance(p, bytes) else p for p, c in "
      "decode_header(v))\n"
      "def check(i, raw, expected):\n"
      "  m = email.message_from_bytes(raw)\n  n = email.message_from_bytes(raw, "
      "policy=email.policy.default)\n"
      "  got = " +
      expression +
      "\n  e = expected.decode('utf-8')\n  print('ok' if got == e else 'case %d: got %r, expected %r' % (i, "
      "got, e))\n";
  for (size_t i = 0; i < cases.size(); ++i)
    program += "check(" + std::to_string(i) + ", " + python_bytes(cases[i].first + "\r\nbody\r\n") + ", " +
               python_bytes(cases[i].second) + ")\n";
  std::string all_ok;
  for (size_t i = 0; i < cases.size(); ++i) all_ok += "ok\n";
  EXPECT_EQ(run_python(program), all_ok) << label;
}

TEST(PythonOracle, ReadsOurUnstructuredHeaders) {
  std::vector<std::pair<std::string, std::string>> cases;
  for (const std::string& text : texts()) cases.emplace_back(encode_header("Subject", text), text);
  expect_from_python("policy.default", cases, "str(n['Subject'])");
  expect_from_python("decode_header", cases, "words(''.join(m['Subject'].splitlines()))");
}

TEST(PythonOracle, ReadsOurFileNames) {
  std::vector<std::pair<std::string, std::string>> types, dispositions;
  for (const std::string& text : texts()) {
    types.emplace_back("Content-Type: application/octet-stream" + encode_name_rfc2047("name", text) + "\r\n",
                       text);
    dispositions.emplace_back(
        "Content-Disposition: attachment" + encode_name_rfc2231("filename", text) + "\r\n", text);
  }
  expect_from_python("RFC 2231", dispositions, "m.get_filename()");
  expect_from_python("RFC 2231, policy.default", dispositions, "n.get_filename()");
  expect_from_python("RFC 2047", types, "words(''.join(m.get_param('name').splitlines()))");
}

TEST(PythonOracle, ReadsOurAddresses) {
  std::vector<std::pair<std::string, std::string>> cases;
  for (const std::string& text : texts())
    cases.emplace_back(encode_address_header("To", {{text, "a@b.example"}, {"", "c@d.example"}}), text);
  // Not by policy.default: it keeps the blank between adjacent encoded words of a phrase (CPython issue
  // 92081).
  expect_from_python("names", cases, "words(getaddresses([''.join(m['To'].splitlines())])[0][0])");
  for (auto& [header, expected] : cases) expected = "a@b.example c@d.example";
  expect_from_python("addresses", cases, "' '.join(a for _, a in getaddresses([m['To']]))");
}

TEST(PythonOracle, ReadsOurQuotedPrintable) {
  std::string body, expected;
  for (const std::string& text : texts()) body += text + "\nFrom x\n.\ntrailing \n";
  for (const char c : body) (c == '\n' ? expected += '\r' : expected) += c;
  const std::string message =
      "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + encode_quoted_printable(body);
  expect_from_python("body", {{message, expected + "\r\nbody\r\n"}},
                     "m.get_payload(decode=True).decode('utf-8')");
}

}  // namespace
}  // namespace mugai::sanitize
