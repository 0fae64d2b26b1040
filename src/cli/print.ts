/**
 * What a command prints, and where beside JSON the rest goes.
 *
 * @module
 */

/** As one JSON text on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Says plain lines: on standard output, or where that has JSON alone, on standard error. */
export function sayBeside(json: boolean): (line: string) => void {
  return (line) => {
    (json ? process.stderr : process.stdout).write(`${line}\n`);
  };
}
