// Looked at by whatever may be left half done when someone wants to stop.
#pragma once

namespace saddlepoint {

struct Environment;

// Throws INTERRUPTED when a signal asked to stop and this thread may.
void stop_if_requested(const Environment& environment);

}  // namespace saddlepoint
