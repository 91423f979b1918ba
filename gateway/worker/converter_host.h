// A small process beside each worker that starts converting programs for it, since the worker itself may start nothing.
// It is forked before the worker has read a foreign byte; it takes numbers and two descriptors a request, looks into
// neither, and starts one caged program a document (converter_cage.h), which it kills at the deadline, when the worker
// says so and when the worker is gone. One thread, one request at a time. It ends when the worker's end is closed.
#pragma once

#include "gateway/file.h"
#include "gateway/worker/converter_tree.h"

namespace mugai::gateway {

// pdftoppm and pdftotext where Debian puts them. Tests give programs of their own; no setting and no variable does.
Programs installed_programs();

// Which of these, and of the tables and fonts without which Japanese pages come out blank, are not on this machine.
std::vector<std::string> missing_for_converting();

// The worker's end of the socket; packets of converter_protocol.h. To be called while there is one thread.
// `with_namespaces` false is for testing what is done where the kernel has none.
Result<Fd> start_converter_host(const Programs& programs, bool with_namespaces = true);

}  // namespace mugai::gateway
