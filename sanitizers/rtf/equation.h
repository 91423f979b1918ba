// What a reader sees of Word's EQ field, which has no other result: characters over characters. In Japan it is how readings
// (ruby) stand over names. Pure, linear.
#pragma once

#include <string>
#include <string_view>

namespace mugai::sanitize::rtf {

// "EQ \* jc2 \o\ad(\s\up 9(やまだ),山田)" -> "山田(やまだ)"; of others the arguments. Empty: it is no EQ field.
std::string words_of_equation(std::string_view instruction);

}  // namespace mugai::sanitize::rtf
