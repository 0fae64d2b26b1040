/**
 * What the names and shapes of a state dict tell of the network it is of.
 *
 * @module
 */

/** An option that leaves no trace in names and shapes. */
export interface OpenOption {
  readonly name: string;
  readonly choices: readonly { readonly value: string; readonly means: string }[];
}

export interface NetworkReading {
  readonly architecture: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Options of which other values may mean the same network: what somebody says goes before them. */
  readonly alike?: readonly string[];
  /** Whether networks under these names always normalise their images. */
  readonly normalizesImages?: boolean;
  /** What leaves no trace, and is taken to be what everybody has who uses these names: ends of a sentence. */
  readonly assumed: readonly string[];
  /** What has to be asked. */
  readonly open: readonly OpenOption[];
}

/** A network whose family is recognised, and which is none of ours. */
export interface NetworkProblem {
  /** A whole clause: `it is a ResNet with …`. */
  readonly problem: string;
}

/** Undefined: it is nothing that this reader knows. */
export type Reading = NetworkReading | NetworkProblem | undefined;
