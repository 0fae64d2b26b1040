/**
 * A run's folder: where everything that a run knows about itself lies.
 *
 *     runs/<name>/
 *       recipe.yaml        the recipe, resolved
 *       environment.json   machine, versions, command, seed
 *       metrics.jsonl      one line an event: { "step": 12, "epoch": 0, "seconds": 3.1, "train/loss": 0.7 }
 *       plan.json          how the attack network computes here, as measured at the start
 *       time-plan.json     of a training by the clock: how many steps fit, as measured, and how long they took
 *       events.out.tfevents.*  the same and more, for TensorBoard: one file each time the run goes on
 *       checkpoints/       last.safetensors, best.safetensors
 *       evaluation/        test.json, gallery.json
 *       report.html
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../engine/folders.js';

/** One line of `metrics.jsonl`: the position, then tags with slashes, as TensorBoard has them. */
export interface MetricsRecord {
  /** Optimizer steps done. */
  readonly step: number;
  readonly epoch: number;
  /** Since the run began. */
  readonly seconds: number;
  readonly [tag: string]: number;
}

/** `environment.json` */
export interface RunEnvironment {
  readonly name: string;
  readonly startedAt: string;
  readonly command: string;
  readonly seed: number;
  readonly saddlepoint: string;
  readonly commit: string | null;
  readonly node: string;
  readonly libtorch: string;
  readonly libtorchSource: string;
  readonly device: string;
  readonly threads: number;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
}

/** The paths inside one run's folder. */
export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The recipe as it was resolved. */
  get recipe(): string {
    return join(this.path, 'recipe.yaml');
  }
  /** Machine, versions, command and seed, see {@link RunEnvironment}. */
  get environment(): string {
    return join(this.path, 'environment.json');
  }
  /** One {@link MetricsRecord} a line. */
  get metrics(): string {
    return join(this.path, 'metrics.jsonl');
  }
  /** The measurement that `training.within` went by. */
  get timePlan(): string {
    return join(this.path, 'time-plan.json');
  }
  /** The result of the recipe's evaluation, which says that the run is complete. */
  get evaluation(): string {
    return join(this.path, 'evaluation', 'test.json');
  }
  /** Every evaluation there is: the one above, and those made later with other attacks or more images. */
  get evaluations(): string[] {
    const folder = join(this.path, 'evaluation');
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    return names
      .map((name) => join(folder, name))
      .filter((path) => path !== this.gallery)
      .sort();
  }
  /** The certified errors by bounds. */
  get bounds(): string[] {
    const folder = join(this.path, 'evaluation', 'bounds');
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    return names.map((name) => join(folder, name)).sort();
  }
  /** Adversarial images for the report. */
  get gallery(): string {
    return join(this.path, 'evaluation', 'gallery.json');
  }
  /** How the attack network computes on this machine. */
  get plan(): string {
    return join(this.path, 'plan.json');
  }
  /** The page of the run. */
  get report(): string {
    return join(this.path, 'report.html');
  }
  /** The weights of that name, `last` or `best`. */
  checkpoint(name: string): string {
    return join(this.path, 'checkpoints', `${name}.safetensors`);
  }

  /** Makes the folder and its parts where they are missing. */
  create(): this {
    for (const part of ['', 'checkpoints', 'evaluation']) makeFolder(join(this.path, part));
    return this;
  }
}
