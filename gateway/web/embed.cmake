# Writes OUT, a C++ source with the content of every file of FILES (paths below ROOT), for gateway/web/embedded.h.
set(source "#include \"gateway/web/embedded.h\"\n\nnamespace mugai::gateway::web {\n\nusing namespace std::literals;\n\nconst std::map<std::string_view, std::string_view>& embedded_files() {\n  static const std::map<std::string_view, std::string_view> kFiles{\n")
foreach(file ${FILES})
  file(READ ${ROOT}/${file} content)
  string(APPEND source "    {\"${file}\", R\"~~~~(${content})~~~~\"sv},\n")
endforeach()
string(APPEND source "  };\n  return kFiles;\n}\n\n}  // namespace mugai::gateway::web\n")
file(WRITE ${OUT} "${source}")
