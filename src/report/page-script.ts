/**
 * The one script of a page, for conveniences alone: the page says everything without it.
 *
 * It stands in the page as text, so it is written for browsers, and tested in one.
 *
 * @module
 */

/**
 * Heads of a column become buttons, which any keyboard reaches; a press sorts the rows up, the next one down. Cells
 * without a value stay last, rows of one value keep their order.
 */
const SORT_TABLES = `
for (const table of document.querySelectorAll('table[data-sortable]')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(head.firstChild);
    head.prepend(button);
    button.addEventListener('click', () => {
      const order = head.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      sortRows(table.tBodies[0], column, order === 'ascending' ? 1 : -1);
    });
  });
}
function sortRows(body, column, direction) {
  const keyOf = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
  const keyed = [...body.rows].map((row) => ({ row, key: keyOf(row) }));
  keyed.sort((one, other) => {
    if (one.key === '' || other.key === '') return (one.key === '') - (other.key === '');
    const difference = Number(one.key) - Number(other.key);
    return direction * (Number.isNaN(difference) ? one.key.localeCompare(other.key, 'en', { numeric: true }) : difference);
  });
  body.append(...keyed.map(({ row }) => row));
}`;

/**
 * The values of a chart beside the pointer, at once and also under a finger; without a script they are the browser's
 * titles.
 */
const SHOW_VALUES = `
const tip = document.createElement('div');
tip.className = 'tip';
tip.hidden = true;
document.body.append(tip);
document.addEventListener('pointerdown', () => { tip.hidden = true; });
for (const band of document.querySelectorAll('.values rect')) {
  const title = band.querySelector('title');
  const values = title.textContent;
  title.remove();
  const show = (event) => {
    tip.textContent = values;
    tip.hidden = false;
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = Math.max(8, Math.min(event.clientX + 14, room)) + window.scrollX + 'px';
    tip.style.top = event.clientY + 16 + window.scrollY + 'px';
    event.stopPropagation();
  };
  band.addEventListener('pointermove', show);
  band.addEventListener('pointerdown', show);
  band.addEventListener('pointerleave', (event) => { if (event.pointerType === 'mouse') tip.hidden = true; });
}`;

/**
 * A press on a picture saves it, and the page then says so; a picture lies in the page once, so its link is made
 * here.
 */
const SAVE_PICTURES = `
for (const link of document.querySelectorAll('a[data-file]')) {
  link.href = link.querySelector('img').src;
  link.download = link.dataset.file;
  link.title = 'Save as ' + link.dataset.file;
}
for (const hint of document.querySelectorAll('.hint')) hint.hidden = false;`;

export const PAGE_SCRIPT = `(() => {${SORT_TABLES}${SHOW_VALUES}${SAVE_PICTURES}\n})();`;
