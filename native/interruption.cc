// Ctrl-C and its like while JavaScript is inside of long work, where it hears nothing: a handler of the system's own
// says that someone wants to stop, and every operator looks.
#include "interruption.h"

#include <atomic>
#ifndef _WIN32
#include <signal.h>
#include <unistd.h>
#endif

#include "bridge.h"

namespace saddlepoint {

namespace {

std::atomic<bool> requested{false};

#ifndef _WIN32
constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
constexpr int kExitCode = 130;
std::atomic<unsigned> grace_seconds{0};

// Only what is allowed in a signal handler. The progress bar may have hidden the cursor.
void end_at_once(int) {
  static const char kShowCursor[] = "\x1b[?25h";
  if (isatty(STDERR_FILENO)) (void)!write(STDERR_FILENO, kShowCursor, sizeof kShowCursor - 1);
  _exit(kExitCode);
}

void ask_to_stop(int signal) {
  if (requested.exchange(true)) end_at_once(signal);
  alarm(grace_seconds);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

// `nohup` and the like: who is to ignore a signal goes on ignoring it.
bool ignored(int signal) {
  struct sigaction action = {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}
#endif

// catchSignals(graceSeconds): from now on a signal asks to stop, and a second one, or the end of the grace, ends the
// process
napi_value catch_signals(Call& call) {
  const int64_t grace = call.integer(0, "graceSeconds");
  if (grace < 1 || grace > 3600)
    fail_argument("expected a grace of 1 to 3600 seconds, received " + std::to_string(grace));
#ifndef _WIN32
  grace_seconds = static_cast<unsigned>(grace);
  requested = false;
  handle(SIGALRM, end_at_once);
  for (const int signal : kSignals)
    if (!ignored(signal)) handle(signal, ask_to_stop);
#endif
  return undefined(call.env);
}

// releaseSignals(): signals end the process again; what remains of a grace still counts
napi_value release_signals(Call& call) {
#ifndef _WIN32
  for (const int signal : kSignals)
    if (!ignored(signal)) handle(signal, SIG_DFL);
#endif
  return undefined(call.env);
}

// stopRequested() => whether a signal came since signals are caught
napi_value stop_requested(Call& call) { return to_js(call.env, requested.load()); }

// setInterruptible(enabled) => whether it was: whether this thread's operators end with INTERRUPTED after a signal
napi_value set_interruptible(Call& call) {
  const bool previous = call.environment.interruptible;
  call.environment.interruptible = call.boolean(0, "enabled");
  return to_js(call.env, previous);
}

}  // namespace

void stop_if_requested(const Environment& environment) {
  if (requested.load(std::memory_order_relaxed) && environment.interruptible)
    throw Failure{"INTERRUPTED", "stopped by a signal; what was saved is kept, and the same command goes on"};
}

void export_interruption(ExportTable& table) {
  table.insert(table.end(), {{"catchSignals", guarded<catch_signals>},
                             {"releaseSignals", guarded<release_signals>},
                             {"stopRequested", guarded<stop_requested>},
                             {"setInterruptible", guarded<set_interruptible>}});
}

}  // namespace saddlepoint
