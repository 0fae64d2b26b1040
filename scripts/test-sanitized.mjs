#!/usr/bin/env node
// The engine's tests, or those that match the arguments, on an addon built with AddressSanitizer and
// UndefinedBehaviorSanitizer. Builds it where it is not there; `--libtorch <which>` takes another LibTorch than the default's.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = parseArgs({ options: { libtorch: { type: 'string' } }, allowPositionals: true });

const libtorch = values.libtorch === undefined ? [] : ['--libtorch', values.libtorch];
const setup = spawnSync(
  process.execPath,
  [join(root, 'scripts/setup.mjs'), '--sanitize', '--print-engine', ...libtorch],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  },
);
if (setup.status !== 0) process.exit(setup.status ?? 1);

// The runtime must come before any other library; Node is not linked against it.
const runtime = spawnSync(process.env.CXX ?? 'c++', ['-print-file-name=libasan.so'], {
  encoding: 'utf8',
}).stdout.trim();
const tests = positionals.length > 0 ? positionals : ['src/engine', 'test/engine'];
const { status } = spawnSync(process.execPath, [join(root, 'scripts/test.mjs'), ...tests], {
  stdio: 'inherit',
  env: {
    ...process.env,
    SADDLEPOINT_ENGINE: setup.stdout.trim(),
    LD_PRELOAD: runtime,
    // Node and LibTorch keep what they have until the process ends, which is no leak; LibTorch frees with its own pairs;
    // and a test asks for more memory than there is, which has to fail as it does elsewhere.
    ASAN_OPTIONS: `detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=16000:alloc_dealloc_mismatch=0:abort_on_error=1:${process.env.ASAN_OPTIONS ?? ''}`,
    UBSAN_OPTIONS: `print_stacktrace=1:${process.env.UBSAN_OPTIONS ?? ''}`,
  },
});
process.exitCode = status ?? 1;
