/**
 * Measures what a recipe's `evaluation` asks for: its attack, the curve over budgets, AutoAttack, signs of gradient
 * masking, confidence, distal examples, certificates.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  confidenceOf,
  distalOf,
  distalPlan,
  autoAttackPlan,
  combineEvaluations,
  confidencePlan,
  evaluationId,
  forecastEvaluation,
  identityOf,
  mergeMasking,
  probeEvaluation,
  ratesOf,
  runEvaluationJob,
  selectExamples,
  singleAttackPlan,
  type AttackPlan,
  type EvaluationBackend,
  type EvaluationOrder,
  type EvaluationResult,
  type FinishedEvaluation,
  type JobEnd,
  type Probe,
} from '../evaluation/index.js';
import { silent, type Progress } from '../monitoring/index.js';
import type { Recipe } from '../training/index.js';
import { chooseEvaluationBackend } from './evaluate-backend.js';
import { describeForecast } from './describe-forecast.js';
import {
  certificates,
  confidence,
  confidentErrors,
  corruptions,
  distal,
  epsilonCurve,
  jobOptions,
  masking,
  orNote,
  type RecipeEvaluation,
} from './evaluate-further.js';
import { writeResult } from './write-result.js';

/** The attacks a recipe's `evaluation` asks for. @throws SaddlepointError ARGUMENT for what one of them refuses */
export function evaluationAttacks({ evaluation }: Pick<Recipe, 'evaluation'>, classes: number) {
  const { attack, restarts, autoAttack } = evaluation;
  const { norm, epsilon } = attack;
  const noise = distalOf(evaluation);
  return {
    main: singleAttackPlan(attack, restarts, classes),
    autoAttack: autoAttack && autoAttackPlan({ version: autoAttack.version, norm, epsilon, classes }),
    confident: confidentErrorsPlan(evaluation, classes),
    distal: noise && distalPlan(noise.attack, noise.restarts, classes),
  };
}

/** What seeks confident errors. */
function confidentErrorsPlan(evaluation: Recipe['evaluation'], classes: number): AttackPlan | undefined {
  const { attack, restarts } = evaluation;
  const asked = confidenceOf(evaluation);
  if (asked === undefined) return undefined;
  const { norm, epsilon } = attack;
  const { steps, restarts: ownRestarts, queries } = asked;
  if (asked.attack === 'autoattack')
    return confidencePlan({ norm, epsilon, classes, steps, restarts: ownRestarts, queries });
  // Its objective is untargeted.
  return singleAttackPlan({ ...attack, objective: 'confidence', target: undefined }, restarts, classes);
}

/**
 * Runs the evaluations as jobs whose state lies in the run folder, tells `progress` of each part, and writes the
 * result: AutoAttack's into a file of its own, everything into `evaluation/test.json`, which comes last and says that
 * the run is complete. Until then a stopped evaluation goes on where it was.
 */
export async function evaluateRecipe(run: RecipeEvaluation): Promise<EvaluationResult> {
  const { recipe, folder, dataset, progress = silent } = run;
  const { examples, autoAttack } = recipe.evaluation;
  const attacks = evaluationAttacks(recipe, dataset.classes.length);
  const jobs: JobEnd[] = [];
  try {
    const main = await runJob(run, attacks.main, { examples, file: folder.evaluation }, progress);
    jobs.push(main);
    const files = new Map<string, EvaluationResult>();
    if (autoAttack !== undefined && attacks.autoAttack !== undefined) {
      const plan = attacks.autoAttack;
      const selection = selectExamples(dataset.test, autoAttack.examples);
      const naming = { seed: recipe.seed, order: autoAttack.order };
      const file = join(
        dirname(folder.evaluation),
        `${evaluationId(plan, selection, naming, identityOf({ ...run, ...naming, split: dataset.test, selection, settings: plan.settings }))}.json`,
      );
      const job = await runJob(run, plan, { ...autoAttack, file, backend: main.backend }, progress);
      jobs.push(job);
      files.set(file, job.result);
    }
    const curve = await epsilonCurve(run, main.backend, progress);
    if (curve !== undefined) jobs.push(curve);
    const notes: string[] = [];
    const started = performance.now();
    const signs = await orNote('gradient masking', notes, () => masking(run, progress));
    const maskingSeconds = (performance.now() - started) / 1000;
    const { confident } = attacks;
    const what = 'the error with a reject option';
    const errors =
      confident && (await orNote(what, notes, () => confidentErrors(run, confident, main.backend, progress)));
    if (errors !== undefined) jobs.push(errors);
    const refusing = errors && (await orNote(what, notes, () => confidence(run, errors)));
    const sureOfNoise = await orNote('the detection error of distal examples', notes, () =>
      distal(run, main.backend, progress),
    );
    if (sureOfNoise !== undefined) jobs.push(sureOfNoise);
    const corrupted = await corruptions(run, progress);
    if (corrupted !== undefined) jobs.push(corrupted);
    const certified = await orNote('the smoothed classifier', notes, () => certificates(run, progress));
    if (certified !== undefined) jobs.push(certified);
    const attacked = combineEvaluations([main.result, ...files.values()]);
    // The whole look, and what each evaluation saw itself.
    const seen = mergeMasking([signs, attacked.masking].filter((report) => report !== undefined));
    const result: EvaluationResult = {
      ...attacked,
      curve: curve?.curve ?? [],
      attacks: Object.fromEntries(ratesOf({ ...attacked, masking: seen })),
      masking: seen,
      confidence: refusing,
      ...(sureOfNoise && { distal: sureOfNoise.result }),
      ...(corrupted && { corruptions: corrupted.result }),
      smoothing: certified && [certified.result],
      notes: [...(attacked.notes ?? []), ...notes, ...(corrupted?.notes ?? [])],
      seconds:
        attacked.seconds +
        (curve?.seconds ?? 0) +
        maskingSeconds +
        (errors?.seconds ?? 0) +
        (sureOfNoise?.seconds ?? 0) +
        (corrupted?.seconds ?? 0) +
        (certified?.result.seconds ?? 0),
    };
    for (const [file, one] of files) writeResult(file, one);
    const written = writeResult(folder.evaluation, result);
    for (const { finish } of jobs.splice(0)) finish();
    return written;
  } finally {
    for (const { close } of jobs) close();
    progress.stop(); // a bar left running would hide the cursor and keep the process alive
  }
}

interface Asked {
  readonly examples: number;
  /** Where the result goes; the state lies in a folder of that name. */
  readonly file: string;
  readonly order?: EvaluationOrder | undefined;
  /** Where it is known which is the fastest. */
  readonly backend?: EvaluationBackend | undefined;
}

function runJob(
  run: RecipeEvaluation,
  plan: AttackPlan,
  { examples, file, order, backend }: Asked,
  progress: Progress,
): Promise<FinishedEvaluation> {
  const { model, dataset, description } = run;
  const chooseBackend = () =>
    backend ?? chooseEvaluationBackend(model, dataset.test, description, dataset.classes.length);
  const folder = file.replace(/\.json$/, '');
  const shared = jobOptions(run, { examples, folder, chooseBackend, progress });
  const probe =
    plan.stages.length > 1 && !existsSync(folder)
      ? foresee(run, plan, { examples, order, backend, workers: shared.parallel?.workers })
      : undefined;
  return runEvaluationJob({ ...shared, plan, order, probe });
}

interface Foreseen extends Omit<Asked, 'file'> {
  readonly workers: number | undefined;
}

/** Says how long a plan of many stages will take. */
function foresee({ model, dataset, recipe, say }: RecipeEvaluation, plan: AttackPlan, asked: Foreseen): Probe {
  const { examples, order = 'exact', backend, workers } = asked;
  const probe = probeEvaluation(model, dataset.test, plan, { backend, workers, seed: recipe.seed });
  const time = describeForecast(forecastEvaluation(plan, order, examples, probe));
  say?.(`  ${plan.attack}: ${time} for ${examples} images`);
  return probe;
}
