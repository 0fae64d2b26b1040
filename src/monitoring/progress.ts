/**
 * How far a job is: a bar with rate and time left on a terminal, a plain line now and then elsewhere.
 *
 * @module
 */
import { Presets, SingleBar } from 'cli-progress';
import { describeSeconds } from './describe-seconds.js';

/** Whoever is told how far long work is. */
export interface Progress {
  start(task: string, total: number, done?: number): void;
  /** @param secondsInAll to the end of what this task is a part of, where that is known */
  update(done: number, metrics?: Readonly<Record<string, number>>, secondsInAll?: number): void;
  /** A line of its own. */
  say(line: string): void;
  stop(): void;
}

/** Says nothing; for tests and libraries. */
const nothing = () => undefined;
export const silent: Progress = { start: nothing, update: nothing, say: nothing, stop: nothing };

/** Picks by what the stream is. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? new BarProgress(stream) : new LineProgress(stream);
}

class BarProgress implements Progress {
  readonly #stream: NodeJS.WriteStream;
  #bar: SingleBar | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  start(task: string, total: number, done = 0): void {
    this.#bar = new SingleBar(
      {
        stream: this.#stream,
        format: `  ${task.padEnd(22)} {bar} {percentage}% | {value}/{total} | {rate} | {eta_formatted} left {note}`,
        hideCursor: true,
        etaBuffer: 50,
      },
      Presets.shades_classic,
    );
    this.#meter = new Meter(done);
    this.#bar.start(total, done, { rate: '', note: '' });
  }

  #meter = new Meter(0);

  update(done: number, metrics: Readonly<Record<string, number>> = {}, secondsInAll?: number): void {
    this.#bar?.update(done, { rate: this.#meter.rate(done), note: `${inAll(secondsInAll)}${note(metrics)}` });
  }

  /** Takes the bar's place; the bar goes on in the next line. */
  say(line: string): void {
    this.#stream.write(`\r\u001b[K  ${line}\n`);
    this.#bar?.render();
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

/** Time between two plain lines. */
const LINE_SECONDS = 10;

class LineProgress implements Progress {
  readonly #stream: NodeJS.WritableStream;
  #task = '';
  #total = 0;
  #meter = new Meter(0);
  #last = 0;
  #done = 0;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  start(task: string, total: number, done = 0): void {
    this.#task = task;
    this.#total = total;
    this.#done = done;
    this.#meter = new Meter(done);
    this.#last = performance.now();
  }

  update(done: number, metrics: Readonly<Record<string, number>> = {}, secondsInAll?: number): void {
    this.#done = done;
    const now = performance.now();
    if (now - this.#last < LINE_SECONDS * 1000 && done < this.#total) return;
    this.#last = now;
    const left = done < this.#total ? `, ${this.#meter.left(done, this.#total)} left` : '';
    const rate = this.#meter.rate(done);
    const line = `${done}/${this.#total}, ${rate}${left}${inAll(secondsInAll)}${note(metrics)}`;
    this.#stream.write(`  ${this.#task}: ${line}\n`);
  }

  say(line: string): void {
    this.#stream.write(`  ${this.#task}: ${line}\n`);
  }

  stop(): void {
    if (this.#done < this.#total) this.#stream.write(`  ${this.#task}: stopped at ${this.#done}/${this.#total}\n`);
  }
}

/** Measures a rate from the start of a task. */
class Meter {
  readonly #from: number;
  readonly #started = performance.now();

  constructor(from: number) {
    this.#from = from;
  }

  #perSecond(done: number): number {
    return (done - this.#from) / Math.max(1e-3, (performance.now() - this.#started) / 1000);
  }

  rate(done: number): string {
    const rate = this.#perSecond(done);
    return `${rate >= 100 ? rate.toFixed(0) : rate.toPrecision(2)}/s`;
  }

  left(done: number, total: number): string {
    const seconds = Math.round((total - done) / Math.max(1e-9, this.#perSecond(done)));
    if (seconds < 60) return `${seconds} s`;
    return seconds < 3600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${(seconds / 3600).toFixed(1)} h`;
  }
}

function inAll(seconds: number | undefined): string {
  return seconds === undefined || seconds < 1 ? '' : `, about ${describeSeconds(seconds)} for all stages`;
}

function note(metrics: Readonly<Record<string, number>>): string {
  const parts = Object.entries(metrics)
    .filter(([tag]) => !tag.endsWith('/lr'))
    .map(([tag, value]) => {
      const name = (tag.split('/').at(-1) ?? tag).replaceAll('_', ' ');
      return `${name} ${name.endsWith('error') ? `${(100 * value).toFixed(1)} %` : value.toFixed(3)}`;
    });
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}
