/**
 * What `saddlepoint doctor` shows of the engine and the machine.
 *
 * @module
 */
import type { MachineFacts } from './examine-machine.js';

/** A few titled lines, and last what is wrong, or that nothing is. */
export function describeMachine({ machine, engine, speed, problems }: MachineFacts): string {
  const line = (name: string, value: string) => `  ${name.padEnd(16)} ${value}`;
  const { threads, cuda, environment } = engine;
  const { backend, imagesPerSecond, fraction } = speed.attack;
  return [
    'Machine',
    line('Node', machine.node),
    line('processor', `${machine.processor}, ${machine.cores} cores`),
    line('memory', `${machine.memoryGiB} GiB`),
    'Engine',
    line('LibTorch', `${engine.libtorch} (${engine.source}), engine ${engine.id}`),
    line('libraries', engine.libraries),
    line(
      'threads',
      `${threads} of ${machine.cores} cores (OMP_NUM_THREADS=${environment.OMP_NUM_THREADS ?? 'not set'})`,
    ),
    line('waiting', `OMP_WAIT_POLICY=${environment.OMP_WAIT_POLICY ?? 'not set'}`),
    line('CUDA', describeCuda(cuda)),
    line('vector units', `${engine.vectorUnits}; convolutions for ${engine.convolutions}`),
    'Speed',
    line('matrix product', `${speed.matrixProduct.toFixed(0)} GFLOP/s`),
    line('convolution', `${speed.convolution.toFixed(0)} GFLOP/s`),
    line(
      'attack pass',
      `${imagesPerSecond} images a second through a 16-channel ResNet-18 (${backend}), ` +
        `${(100 * fraction).toFixed(0)} % of the matrix product's rate`,
    ),
    line('live tensors', String(engine.liveTensors)),
    ...(problems.length === 0 ? ['All is well.'] : problems.map((problem) => `! ${problem}`)),
    '',
  ].join('\n');
}

function describeCuda({ builtIn, devices }: MachineFacts['engine']['cuda']): string {
  if (devices > 0) return `${devices} device(s)`;
  return builtIn ? 'built in, but no device found' : 'not in this LibTorch';
}
