/**
 * The table for a paper: LaTeX with the rules of the package booktabs, errors in per cent.
 *
 * @module
 */
import { percent } from '../format.js';
import type { Cell, ResultsTable, Row } from './build-table.js';
import { columnsOf } from './columns.js';

const SHORT: readonly (readonly [key: keyof Row, title: string])[] = [
  ['model', 'Model'],
  ['training', 'Training'],
  ['clean', 'Clean'],
  ['pgd', 'PGD'],
  ['autoattack', 'AutoAttack'],
];
const CORRUPTIONS: (typeof SHORT)[number] = ['corruptions', 'Corruptions'];

export function renderLatex(table: ResultsTable): string {
  const columns = [...SHORT, ...columnsOf(table).flatMap(({ key }) => (key === 'corruptions' ? [CORRUPTIONS] : []))];
  const groups = table.groups.map(({ title, rows }) => {
    const lines = rows.map((row) => `${columns.map(([key]) => cellText(row[key] ?? 'not run')).join(' & ')} \\\\`);
    return [`\\multicolumn{${columns.length}}{l}{\\emph{${escaped(title)}}} \\\\`, ...lines].join('\n');
  });
  return [
    '% needs \\usepackage{booktabs}',
    `\\begin{tabular}{ll${'r'.repeat(columns.length - 2)}}`,
    '\\toprule',
    `${columns.map(([, title]) => title).join(' & ')} \\\\`,
    '\\midrule',
    groups.join('\n\\midrule\n'),
    '\\bottomrule',
    '\\end{tabular}',
    '',
  ].join('\n');
}

function cellText(cell: Cell | string): string {
  return escaped(typeof cell === 'string' ? cell : percent(cell.error));
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '\u00a0': '~',
  '∞': '$\\infty$',
  ε: '$\\varepsilon$',
  '–': '--',
};

function escaped(text: string): string {
  return text.replace(/[\\~^\u00a0∞ε–]|[&%$#_{}]/g, (sign) => ESCAPES[sign] ?? `\\${sign}`);
}
