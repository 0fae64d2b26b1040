/**
 * The text of a VNN-LIB property (Demarchi, Guidotti, Pulina and Tacchella, "Supporting Standardization of Neural
 * Networks Verification with VNNLIB and CoCoNet", 2023), in the form that VNN-COMP's verifiers read: inputs X_i in the
 * order of the image's memory [C, H, W], outputs Y_j the logits.
 *
 * @module
 */

export interface Property {
  /** One line, for readers. */
  readonly about: string;
  /** Of each input. */
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** How many logits there are; with one, above zero is class 1. */
  readonly outputs: number;
  /** The class that the network is to say. */
  readonly label: number;
}

export function vnnlibProperty({ about, lower, upper, outputs, label }: Property): string {
  const declare = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => `(declare-const ${name}_${i} Real)`);
  const box = lower.flatMap((least, i) => [
    `(assert (>= X_${i} ${decimal(least)}))`,
    `(assert (<= X_${i} ${decimal(upper[i]!)}))`,
  ]);
  return [
    `; ${about}`,
    '; unsat: there is no counterexample, the network is robust here',
    ...declare('X', lower.length),
    ...declare('Y', outputs),
    ...box,
    counterexample(outputs, label),
    '',
  ].join('\n');
}

function counterexample(outputs: number, label: number): string {
  if (outputs === 1) return `(assert (${label === 1 ? '<=' : '>='} Y_0 0))`;
  const others = Array.from({ length: outputs }, (_, j) => j).filter((j) => j !== label);
  return ['(assert (or', ...others.map((j) => `  (and (>= Y_${j} Y_${label}))`), '))'].join('\n');
}

/** Without an exponent, which some readers do not know; exact to 1e-17. */
function decimal(value: number): string {
  return value.toFixed(17).replace(/\.?0+$/, '');
}
