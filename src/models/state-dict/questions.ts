/**
 * What is said where a state dict tells too little, or something else than what was asked for.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';
import type { NetworkReading, OpenOption } from './reading.js';

/** Of many names, so many are enough to know a file by. */
const MOST_NAMES = 6;

/** `key=value`, as --set takes them. */
export function settings(options: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(options).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
}

/** Every option that is open, with the choices and what each implies. */
export function question(path: string, told: NetworkReading | undefined, open: readonly OpenOption[]): string {
  const name = told === undefined ? '' : ` tell ${[told.architecture, ...settings(told.options)].join(', ')}, and`;
  const choices = open.map((option) => {
    const each = option.choices.map(({ value, means }) => {
      const flag = value.startsWith('--') ? value : `--set ${option.name}=${value}`;
      return `    ${flag}  ${means}`;
    });
    return `  ${option.name}:\n${each.join('\n')}`;
  });
  return `the names and shapes of the weights in ${path}${name} do not tell ${open.map((option) => option.name).join(', ')}. Say which:\n${choices.join('\n')}`;
}

export function unknownNames(path: string, names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return `expected weights whose names tell the network, received ${shown}${more} in ${path}. Name it with --architecture (\`saddlepoint models\` lists what there is), or write its layers into a file: \`saddlepoint models ${path}\` begins one`;
}

/**
 * @param architecture whose name it is that fixes these options, if it is one's
 * @throws SaddlepointError CHECKPOINT where an option is another one than the weights tell
 */
export function requireAgreement(
  path: string,
  told: Readonly<Record<string, unknown>>,
  asked: Readonly<Record<string, unknown>>,
  architecture?: string,
): void {
  const other = Object.keys(asked).filter(
    (key) => key in told && JSON.stringify(asked[key]) !== JSON.stringify(told[key]),
  );
  if (other.length === 0) return;
  const pick = (options: Readonly<Record<string, unknown>>) =>
    settings(Object.fromEntries(other.map((key) => [key, options[key]]))).join(', ');
  const received = architecture === undefined ? pick(asked) : `${architecture}, which has ${pick(asked)}`;
  throw new SaddlepointError(
    'CHECKPOINT',
    `expected ${pick(told)}, as the names and shapes in ${path} tell, received ${received}`,
  );
}
