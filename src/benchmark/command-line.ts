/**
 * The command that made a result.
 *
 * @module
 */

/** The options of `saddlepoint bench` that decide what is measured. */
export interface BenchCommandOptions {
  readonly full?: boolean;
  readonly device: 'cpu' | 'cuda';
  readonly pairs?: number;
  readonly threads?: number;
  readonly only?: string[];
  readonly limit?: number;
}

/** As the page shows it: without paths, which differ from machine to machine. */
export function commandLine({ full, device, pairs, threads, only, limit }: BenchCommandOptions): string {
  const values = [
    ...(device === 'cuda' ? ['--device cuda'] : []),
    ...(pairs === undefined ? [] : [`--pairs ${pairs}`]),
    ...(threads === undefined ? [] : [`--threads ${threads}`]),
    ...(limit === undefined ? [] : [`--limit ${limit}`]),
    ...(only === undefined ? [] : [`--only ${only.join(' ')}`]),
  ];
  return `npm run ${full === true ? 'bench:full' : 'bench'}${values.length === 0 ? '' : ` -- ${values.join(' ')}`}`;
}
