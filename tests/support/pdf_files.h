// PDF files made by hand, as small as they may be.
#pragma once

#include <string>
#include <vector>

namespace mugai::test {

// Objects from 1 on, each without "obj" and "endobj"; the first is the catalog. Writes the table of their places.
std::string pdf_of(const std::vector<std::string>& objects);
std::string pdf_stream(const std::string& dictionary, const std::string& data);

// A4 pages, each with one line of ASCII in Helvetica; an empty one has no text.
std::string pdf_with_text(const std::vector<std::string>& pages);

// One page of one line in a Japanese font that is not embedded (UniJIS-UTF16-H), as offices make them.
std::string pdf_with_japanese(const std::string& utf8);

}  // namespace mugai::test
