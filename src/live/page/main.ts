/**
 * The live view's page: hears of the runs and shows them.
 *
 * @module
 */
import type { RunGone, RunsReady, RunUpdate } from '../protocol.js';
import { drawCharts } from './charts.js';
import { byId, html } from './element.js';
import { reportAddress, runDetail } from './run-detail.js';
import { RunRow } from './run-row.js';
import { Runs, type Axis } from './runs.js';

const runs = new Runs();
const rows = new Map<string, RunRow>();
const table = byId('runs');
const charts = byId('charts');
const detail = byId('detail');
const state = byId('state');
const tip = html('div', { class: 'tip', hidden: '', 'aria-hidden': 'true' });
document.body.append(tip);

let axis: Axis = 'epoch';
let isUnfolded = false;
/** The run of the detail, and what it showed: it is made again when that changes. */
let opened: string | undefined;
let shown = '';
let isScheduled = false;
/** Where the pointer is: a chart that is drawn again says its values again. */
let pointer = { clientX: 0, clientY: 0 };

/** Many messages, one drawing. */
function redraw(): void {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    drawTable();
    drawChosen();
    drawDetail();
  });
}

function drawTable(): void {
  const elements = runs.list().map((run) => {
    const { name } = run.card;
    const row = rows.get(name) ?? new RunRow(run, { choose, open });
    rows.set(name, row);
    row.update(run);
    return row.element;
  });
  const isSame = elements.length === table.children.length && elements.every((one, at) => one === table.children[at]);
  if (!isSame) table.replaceChildren(...elements);
}

function drawChosen(): void {
  const chosen = runs.chosen();
  const fold = {
    isOpen: isUnfolded,
    toggle: (isOpen: boolean) => {
      if (isOpen === isUnfolded) return;
      isUnfolded = isOpen;
      redraw();
    },
  };
  charts.replaceChildren(...drawCharts(chosen, axis, tip, fold));
  byId('chosen').hidden = chosen.length === 0;
  byId('report').setAttribute('href', reportAddress(chosen.map(({ card }) => card.name)));
  if (tip.hidden) return;
  tip.hidden = true;
  const under = document.elementFromPoint(pointer.clientX, pointer.clientY)?.closest('svg');
  under?.dispatchEvent(new PointerEvent('pointermove', pointer));
}

function drawDetail(): void {
  const run = opened === undefined ? undefined : runs.get(opened);
  detail.hidden = run === undefined;
  if (run === undefined) return;
  const { facts, status, path, progress } = run.card;
  // While a training goes on its numbers change all the time, and stand in the table; here an epoch counts.
  const now = JSON.stringify([opened, facts, status, path, Math.floor(progress?.epoch ?? 0)]);
  if (now === shown) return;
  shown = now;
  detail.replaceChildren(...runDetail(run, () => open(undefined)));
}

function choose(name: string, isChosen: boolean): void {
  runs.choose(name, isChosen);
  redraw();
}

/** The address says which run is open, so that it can be kept and sent. */
function open(name: string | undefined): void {
  opened = name;
  history.replaceState(null, '', name === undefined ? ' ' : `#${encodeURIComponent(name)}`);
  drawDetail();
  if (name === undefined) return;
  detail.scrollIntoView();
  document.getElementById('detail-title')?.focus({ preventScroll: true });
}

function listen(): void {
  const source = new EventSource('/events');
  const on = (event: string, take: (message: unknown) => void) => {
    source.addEventListener(event, ({ data }: MessageEvent<string>) => {
      take(JSON.parse(data));
      redraw();
    });
  };
  on('run', (update) => runs.apply(update as RunUpdate));
  on('gone', (message) => {
    const { name } = message as RunGone;
    forget(name);
    say(`The run ${name} is gone: its folder was removed.`);
  });
  on('ready', (message) => {
    const { names } = message as RunsReady;
    for (const { card } of runs.list()) if (!names.includes(card.name)) forget(card.name);
    say(names.length === 0 ? 'No runs yet. One that begins to train here appears by itself.' : '');
  });
  source.addEventListener('error', () => say('The server does not answer; what is shown may be old. Trying again …'));
  source.addEventListener('open', () => say(''));
}

/** The run that an address names, which somebody may have cut. */
function nameIn(hash: string): string | undefined {
  try {
    return hash === '' ? undefined : decodeURIComponent(hash.slice(1));
  } catch {
    return undefined;
  }
}

/** Its folder is gone, perhaps while nobody listened. */
function forget(name: string): void {
  runs.remove(name);
  rows.delete(name);
}

function say(sentence: string): void {
  if (state.textContent !== sentence) state.textContent = sentence;
}

for (const choice of document.querySelectorAll<HTMLInputElement>('input[name=axis]')) {
  choice.addEventListener('change', () => {
    axis = choice.value as Axis;
    redraw();
  });
}
document.addEventListener('pointermove', ({ clientX, clientY }) => {
  pointer = { clientX, clientY };
});
opened = nameIn(location.hash);
listen();
