/**
 * Where the numbers come from: environment and recipe of each run, and how to produce them again.
 *
 * @module
 */
import { type Markup, markup } from './markup.js';
import { notice } from './notice.js';
import type { Run } from './read-run.js';
import type { Environment } from './schemas.js';

/** The keys of `environment.json` in words; a key that is not here is shown as it is. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['name', 'Name'],
  ['startedAt', 'Started'],
  ['command', 'Command'],
  ['seed', 'Seed'],
  ['saddlepoint', 'Saddlepoint'],
  ['commit', 'Commit'],
  ['node', 'Node.js'],
  ['libtorch', 'LibTorch'],
  ['libtorchSource', 'LibTorch from'],
  ['device', 'Device'],
  ['threads', 'Threads'],
  ['processor', 'Processor'],
  ['cores', 'Cores'],
  ['memoryGiB', 'Memory (GiB)'],
  ['platform', 'Platform'],
]);

/** How the numbers were made, and on what. */
export function provenanceSection(runs: readonly Run[]): Markup {
  return markup`<h3>Reproduce</h3>
${reproduce(runs)}
<h3>Environment and recipe</h3>
${details(runs)}`;
}

/** The commands that made the runs, each once, with the commit they ran on. */
/** A commit as the environment has it: with `+changes` where files beside it differed. */
function checkout(commit: string): string[] {
  const [name] = commit.split('+');
  const changed = commit === name ? [] : ['# files that are in no commit were there, too, or changed'];
  return [...changed, `git checkout ${name!}`];
}

function reproduce(runs: readonly Run[]): Markup {
  const recipes = new Map<string, string[]>();
  for (const run of runs) {
    const environment = run.environment.value;
    if (environment === null || typeof environment.command !== 'string') continue;
    const commit = environment.commit;
    const lines = typeof commit === 'string' && commit !== '' ? checkout(commit) : [];
    const script = [...lines, environment.command].join('\n');
    recipes.set(script, [...(recipes.get(script) ?? []), run.name]);
  }
  const silent = runs.filter((run) => typeof run.environment.value?.command !== 'string');
  return markup`${[...recipes].map(
    ([script, names]) => markup`<figure class="command"><figcaption>${names.join(', ')}</figcaption>
<pre><code>${script}</code></pre></figure>`,
  )}
${silent.map((run) =>
  notice(
    `${run.name}: the command is not known`,
    run.environment.value === null ? run.environment.reason : 'environment.json does not say it',
  ),
)}
<p>Every random draw comes from the seed. Another machine, device, number of threads or LibTorch may round differently,
and training amplifies that, so figures made elsewhere can differ slightly.</p>`;
}

/** Environment and recipe of each run, folded away until asked for. */
function details(runs: readonly Run[]): Markup {
  return markup`${runs.map(
    (run) => markup`<details><summary>${run.name}: environment</summary>
${run.environment.value === null ? notice('No environment', run.environment.reason) : environmentList(run.environment.value)}
</details>
<details><summary>${run.name}: recipe</summary>
${run.recipe.value === null ? notice('No recipe', run.recipe.reason) : markup`<pre><code>${run.recipe.value.trimEnd()}</code></pre>`}
</details>
`,
  )}`;
}

function environmentList(environment: Environment): Markup {
  return markup`<dl class="environment">${Object.entries(environment).map(
    ([
      key,
      value,
    ]) => markup`<div><dt>${LABELS.get(key) ?? key}</dt><dd>${value === null ? 'not known' : String(value)}</dd></div>
`,
  )}</dl>`;
}
