/**
 * Containers that share a run folder: all of them are process 1, and none sees the others. They keep each other out all the same, and the death of one is the end of its lock.
 *
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lockRun, RunFolder } from '../../src/monitoring/index.js';
import { failureOf } from '../support/failure.js';
import { temporaryFolder } from '../support/folders.js';
import { apart, whySkipped } from '../support/namespaces.js';

const loader = new URL('../support/typescript.mjs', import.meta.url).href;
const child = fileURLToPath(new URL('./children/run-folder-user.ts', import.meta.url));
/** Mounts the folder at another path and goes on there. */
const MOUNT = 'mount --bind "$1" "$2" && exec "$0" --import "$3" "$4" "$2"';

class Container {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly ended: Promise<unknown>;

  /** @param place where the container has the folder; by default where it is */
  constructor(folder: string, transpiled: string, place?: string) {
    const node = [process.execPath, '--import', loader, child, folder];
    const command = place === undefined ? node : ['sh', '-c', MOUNT, process.execPath, folder, place, loader, child];
    const environment = { ...process.env, SADDLEPOINT_TRANSPILED: transpiled };
    this.#process = spawn('unshare', [...apart!, ...command], { stdio: ['pipe', 'pipe', 'inherit'], env: environment });
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
    this.ended = new Promise((resolve) => this.#process.once('close', resolve));
  }

  async ask(command?: string): Promise<string> {
    if (command !== undefined) this.#process.stdin!.write(`${command}\n`);
    const { value } = (await this.#lines.next()) as { value: string | undefined };
    return value ?? 'ended';
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
  }
}

describe.skipIf(apart === undefined)(`containers that share a run folder${whySkipped}`, () => {
  let [run, transpiled] = ['', ''];
  let containers: Container[] = [];
  beforeAll(() => {
    transpiled = mkdtempSync(join(tmpdir(), 'saddlepoint-transpiled-'));
  });
  afterAll(() => {
    rmSync(transpiled, { recursive: true });
  });
  beforeEach(() => {
    run = join(temporaryFolder(), 'run');
    mkdirSync(run);
  });
  afterEach(async () => {
    await Promise.all(containers.map((container) => container.kill()));
    containers = [];
  });

  /** One after the other: the second finds what the first one compiled. */
  async function start(place?: string): Promise<Container> {
    const container = new Container(run, transpiled, place);
    containers.push(container);
    expect(await container.ask()).toBe('ready as process 1');
    return container;
  }

  const refusal = `process 1 on ${hostname()}, since `;

  test('one at a time, whatever their numbers; the death of the holder frees the folder', async () => {
    const [a, b] = [await start(), await start()];
    expect(await a.ask('take alone')).toBe('held');
    expect(await b.ask('take alone')).toContain(refusal);
    expect(await b.ask('take together')).toContain(refusal);
    expect(failureOf(() => lockRun(new RunFolder(run), 'alone')).message).toContain(refusal);
    await a.kill();
    expect(await b.ask('take alone')).toBe('held');
    expect(failureOf(() => lockRun(new RunFolder(run), 'together')).message).toContain(refusal);
    expect(await b.ask('release')).toBe('released');
    expect(readdirSync(run)).toEqual([]);
  }, 120_000);

  test('a folder that a container has at another path is the same folder', async () => {
    const place = temporaryFolder();
    const [a, b] = [await start(), await start(place)];
    expect(await b.ask('take alone')).toBe('held');
    expect(readdirSync(place)).toEqual([]); // mounted there for none but b
    expect(await a.ask('take alone')).toContain(refusal);
    await b.kill();
    expect(await a.ask('take alone')).toBe('held');
  }, 120_000);

  test('those who evaluate share it, also with a process outside; who trains waits for the last of them', async () => {
    const [a, b] = [await start(), await start()];
    const outside = lockRun(new RunFolder(run), 'together');
    expect(await a.ask('take together')).toBe('held');
    expect(await b.ask('take alone')).toMatch(/works in the run folder/);
    outside.release();
    expect(await b.ask('take alone')).toMatch(/works in the run folder/);
    await a.kill();
    expect(await b.ask('take alone')).toBe('held');
  }, 120_000);

  test('a file left by a process whose number another one has now is no lock', async () => {
    writeFileSync(join(run, 'lock'), `process 1 on ${hostname()}, since 2026-01-01T00:00:00.000Z`);
    const a = await start();
    expect(await a.ask('take alone')).toBe('held');
  }, 120_000);

  test('what a living process has begun to write is not swept away by one that sees no such process', async () => {
    const [a, b] = [await start(), await start()];
    // A name with a number that lives in no other container.
    const begun = (await a.ask('begin metrics.jsonl')).replace('-1-', '-4000000-');
    writeFileSync(begun, 'half of it');
    expect(await b.ask('write recipe.yaml')).toBe('written');
    expect(existsSync(begun)).toBe(true);
    expect(readdirSync(run).sort()).toContain(basename(begun));
  }, 120_000);
});
