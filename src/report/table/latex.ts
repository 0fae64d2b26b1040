/**
 * The table for a paper: LaTeX with the rules of the package booktabs, errors in per cent.
 *
 * @module
 */
import { percent } from '../format.js';
import type { Cell, ResultsTable, Row } from './build-table.js';

const COLUMNS: readonly (readonly [key: keyof Row, title: string])[] = [
  ['model', 'Model'],
  ['training', 'Training'],
  ['clean', 'Clean'],
  ['pgd', 'PGD'],
  ['autoattack', 'AutoAttack'],
];

export function renderLatex(table: ResultsTable): string {
  const groups = table.groups.map(({ title, rows }) => {
    const lines = rows.map((row) => `${COLUMNS.map(([key]) => cellText(row[key])).join(' & ')} \\\\`);
    return [`\\multicolumn{${COLUMNS.length}}{l}{\\emph{${escaped(title)}}} \\\\`, ...lines].join('\n');
  });
  return [
    '% needs \\usepackage{booktabs}',
    '\\begin{tabular}{llrrr}',
    '\\toprule',
    `${COLUMNS.map(([, title]) => title).join(' & ')} \\\\`,
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
