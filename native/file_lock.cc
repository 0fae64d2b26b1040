// A lock that the system keeps: whoever holds it may die in any way, and it is free at that moment.
#ifndef _WIN32
#include <sys/file.h>

#include <cerrno>
#include <cstring>
#endif

#include "bridge.h"

namespace saddlepoint {

namespace {

// lockFile(descriptor, exclusive) => `taken`, `held` where another opening of the file has it, or `unsupported` by this
// file system. The lock ends with the descriptor.
napi_value lock_file(Call& call) {
  const int descriptor = static_cast<int>(call.integer(0, "descriptor"));
  const bool exclusive = call.boolean(1, "exclusive");
#ifdef _WIN32
  return to_js(call.env, "unsupported");
#else
  if (flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) return to_js(call.env, "taken");
  const int error = errno;
  if (error == EWOULDBLOCK) return to_js(call.env, "held");
  if (error == EBADF || error == EINTR)
    throw Failure{"FILE", std::string("the file cannot be locked: ") + std::strerror(error)};
  return to_js(call.env, "unsupported");
#endif
}

}  // namespace

void export_file_lock(ExportTable& table) { table.insert(table.end(), {{"lockFile", guarded<lock_file>}}); }

}  // namespace saddlepoint
