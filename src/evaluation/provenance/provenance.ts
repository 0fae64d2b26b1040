/**
 * Whose number it is, as results keep it.
 *
 * @module
 */

/** Which network: two of the same `weights` and `architecture` compute the same. */
export interface NetworkProvenance {
  /** SHA-256 of weights and buffers. */
  readonly weights: string;
  /** SHA-256 of layers, their settings and all options. */
  readonly architecture: string;
  /** What it was made from, where that is known: the name of its architecture, and all options. */
  readonly description?: { readonly architecture: string; readonly options: unknown } | undefined;
  /** The file it was read from. */
  readonly file?: string | undefined;
  /** Which of a run's checkpoints that is: `best` or `last`. */
  readonly checkpoint?: string | undefined;
}

/** Which examples. */
export interface DataProvenance {
  readonly name: string;
  /** e.g. `test[0:1000]` */
  readonly selection: string;
  /** SHA-256 of these images and labels. */
  readonly sha256: string;
}

/** What it was computed with. */
export interface EngineProvenance {
  /** The library's version. */
  readonly saddlepoint: string;
  readonly libtorch: string;
  readonly device: string;
  /** How the attacks' inner loop computed. */
  readonly backend?: string | undefined;
}

/** An attack with all its parameters. */
export interface AttackProvenance {
  /** All that decides what it computes, budget included. */
  readonly settings: unknown;
  readonly order: string;
  /** Of its random numbers. */
  readonly seed: number;
  readonly data: DataProvenance;
}

export interface Provenance {
  readonly network: NetworkProvenance;
  readonly data: DataProvenance;
  readonly engine: EngineProvenance;
  /** When the result was written, in ISO 8601. */
  readonly date?: string | undefined;
}

/** The same for the same network, whatever its file is called. */
export function networkKey({ weights, architecture }: NetworkProvenance): string {
  return `${weights} ${architecture}`;
}

/** e.g. `checkpoints/best.safetensors, weights 1f0c2a33` */
export function nameNetwork({ file, weights }: NetworkProvenance): string {
  const named = `weights ${weights.slice(0, 8)}`;
  return file === undefined ? named : `${file.split(/[\\/]/).slice(-2).join('/')}, ${named}`;
}
