/**
 * The table for a paper: LaTeX with the rules of the package booktabs, errors in per cent.
 *
 * @module
 */
import { percent } from '../format.js';
import type { Cell, ResultsTable, Row } from './build-table.js';
import { columnsOf, valueOf } from './columns.js';

const TITLES: readonly (readonly [key: keyof Row, title: string])[] = [
  ['model', 'Model'],
  ['training', 'Training'],
  ['clean', 'Clean'],
  ['pgd', 'PGD'],
  ['autoattack', 'AutoAttack'],
  ['certified', 'Certified'],
  ['corruptions', 'Corruptions'],
];

export function renderLatex(table: ResultsTable): string {
  const shown = columnsOf(table).map(({ key }) => key);
  const columns = TITLES.filter(([key]) => shown.includes(key));
  const groups = table.groups.map(({ title, rows }) => {
    const lines = rows.map((row) => `${columns.map(([key]) => cellText(valueOf(row, key))).join(' & ')} \\\\`);
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
  σ: '$\\sigma$',
  ε: '$\\varepsilon$',
  '–': '--',
};

function escaped(text: string): string {
  return text.replace(/[\\~^\u00a0∞σε–]|[&%$#_{}]/g, (sign) => ESCAPES[sign] ?? `\\${sign}`);
}
