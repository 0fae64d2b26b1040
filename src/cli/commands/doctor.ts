/**
 * `saddlepoint doctor`: what the engine is, and whether it is as fast as it should be.
 *
 * @module
 */
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Command } from 'commander';

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('Show what the engine was built from, and check that it works and is fast.')
    .action(runDoctor);
}

/** Below this a matrix product runs on LibTorch's reference BLAS, 20 to 50 times too slow. */
const SLOW_GIGAFLOPS = 10;

async function runDoctor(): Promise<void> {
  const line = (name: string, value: string) => process.stdout.write(`  ${name.padEnd(16)} ${value}\n`);
  const problems: string[] = [];
  process.stdout.write('Machine\n');
  line('Node', process.version);
  line('processor', `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`);
  line('memory', `${Math.round(totalmem() / 2 ** 30)} GiB`);

  process.stdout.write('Engine\n');
  // Throws ENGINE with the remedies when there is none; main.ts prints that.
  const { engineDescription, memory, runtime } = await import('../../engine/index.js');
  const { libtorch, id } = engineDescription();
  const { version, threads, cudaDevices, configuration } = runtime();
  line('LibTorch', `${version} (${libtorch.source}), engine ${id}`);
  line('libraries', libtorch.library);
  line(
    'threads',
    `${threads} of ${availableParallelism()} cores (OMP_NUM_THREADS=${process.env.OMP_NUM_THREADS ?? 'not set'})`,
  );
  line('waiting', `OMP_WAIT_POLICY=${process.env.OMP_WAIT_POLICY ?? 'not set'}`);
  line(
    'CUDA',
    cudaDevices > 0
      ? `${cudaDevices} device(s)`
      : libtorch.cuda
        ? 'built in, but no device found'
        : 'not in this LibTorch',
  );
  line('vector units', /CPU capability usage: (\S+)/.exec(configuration)?.[1] ?? 'unknown');
  if (process.env.OMP_WAIT_POLICY?.toUpperCase() !== 'PASSIVE') {
    problems.push(
      'OMP_WAIT_POLICY is not PASSIVE: with another busy process, everything gets 10 to 40 times slower. Unset it.',
    );
  }

  process.stdout.write('Speed\n');
  const { convolutionGigaflops, productGigaflops } = await import('../probe.js');
  const product = productGigaflops();
  line('matrix product', `${product.toFixed(0)} GFLOP/s`);
  line('convolution', `${convolutionGigaflops().toFixed(0)} GFLOP/s`);
  const { attackSpeed } = await import('../../benchmark/attack-speed.js');
  const { form, imagesPerSecond, fraction } = attackSpeed();
  line(
    'attack pass',
    `${imagesPerSecond} images a second through a 16-channel ResNet-18 (${form}), ` +
      `${(100 * fraction).toFixed(0)} % of the matrix product's rate`,
  );
  line('live tensors', String(memory().live));
  if (product < SLOW_GIGAFLOPS) {
    problems.push(
      'Matrix products are slow: LibTorch uses a reference BLAS. On Debian: apt-get install libopenblas0-pthread',
    );
  }

  if (problems.length === 0) process.stdout.write('All is well.\n');
  for (const problem of problems) process.stdout.write(`! ${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}
