/**
 * From what is known of each example to what an evaluation says.
 *
 * @module
 */
import { readLabels, type JobFacts } from './facts.js';
import { wilsonInterval, errorRate } from '../interval.js';
import { doubtOf, type MaskingReport } from '../masking/verdict.js';
import type { Provenance } from '../provenance/index.js';
import { withoutAttack } from '../paired/outcomes.js';
import type { AuditBound, ClassResult, EvaluationResult, StageResult } from '../results.js';
import { classesWithout } from '../preflight/labels.js';
import type { Verification } from '../verifier/verification.js';
import { auditedInterval, CONFIDENCE, mostMissed } from './audit.js';
import type { AttackPlan } from './plan.js';

/**
 * @param notes what the checks before the evaluation said
 * @param masking whether the attack could search, as a quick look says
 */
export function buildResult(
  facts: JobFacts,
  verification: Verification,
  notes: readonly string[],
  of: Provenance,
  masking?: MaskingReport,
): EvaluationResult {
  const { plan, ledger, selection, dataset, seed, order } = facts;
  const { positions } = selection;
  const examples = positions.length;
  const wrong = positions.filter((position) => ledger.isWrong(position)).length;
  const { rounded, outcomes, ...verified } = verification;
  const { errors, cleanErrors } = verified;
  const { stages, bound } = describeStages(facts, wrong, errors);
  const doubt = doubtOf(masking?.verdict);
  const perClass = describeClasses(facts);
  return {
    of,
    dataset: dataset.name,
    split: selection.name,
    examples,
    clean: { ...errorRate(cleanErrors, examples), outcomes: withoutAttack(outcomes) },
    attacks: {
      [rateName(plan)]: {
        attack: plan.attack,
        label: plan.label,
        norm: plan.norm,
        epsilon: plan.epsilon,
        steps: plan.steps,
        restarts: plan.restarts,
        examples,
        errors,
        robustError: errors / examples,
        interval: bound === undefined ? wilsonInterval(errors, examples) : auditedInterval(errors, examples, bound),
        ...(bound === undefined ? {} : { atMost: bound.robustError }),
        ...(doubt === undefined ? {} : { doubt }),
        ...(plan.version === undefined ? {} : { version: plan.version }),
        backend: of.engine.backend,
        of: { settings: JSON.parse(plan.settings), order, seed, data: of.data },
        outcomes,
      },
    },
    curve: [],
    ...(plan.version === undefined ? {} : { version: plan.version }),
    order,
    seed,
    ...(selection.seed === undefined ? {} : { sample: { seed: selection.seed } }),
    stagesOf: { attack: plan.attack, label: plan.label, split: selection.name, examples },
    stages,
    ...(bound === undefined ? {} : { bound }),
    perClass,
    verified,
    eightBit: rounded,
    ...(masking === undefined ? {} : { masking }),
    notes: [
      ...notes,
      ...classesWithout(dataset.classes, readLabels(facts)),
      ...classesNeverRight(perClass),
      ...plan.stages.flatMap((stage) => stage.notes),
      ...auditNotes(stages),
      ...disagreement(verified),
      ...describeRandomness(verified),
      ...describeDoubt(masking),
    ],
    seconds: ledger.seconds,
  };
}

/** Images of a class, all wrong as they are, that are no chance. */
const TELLING = 5;

/** A network that never answers with a class is hardly moved by an attack, which looks like robustness. */
function classesNeverRight(classes: readonly ClassResult[]): string[] {
  const never = classes.filter(({ examples, cleanErrors }) => examples >= TELLING && cleanErrors === examples);
  if (never.length === 0) return [];
  const counted = never.map(({ name, examples }) => `${name} (0 of ${examples} right)`).join(', ');
  return [
    `without any attack the network is never right on ${counted}: an error that an attack hardly moves means ` +
      'little then. Train longer, or look at these images',
  ];
}

/** An attack's name in a result: AutoAttack's versions are different attacks. */
function rateName({ attack, version }: AttackPlan): string {
  return version === undefined || version === 'standard' ? attack : `${attack} (${version})`;
}

/** @param errors the verifier's count, which the bound adds to */
function describeStages(
  { plan, ledger, selection, order }: JobFacts,
  wrong: number,
  errors: number,
): { stages: StageResult[]; bound: AuditBound | undefined } {
  const examples = selection.positions.length;
  let stillRobust = examples - wrong;
  const stages: StageResult[] = [];
  const unsure: { stage: StageResult; missed: number }[] = [];
  for (const { name, rounds, audited } of inOrder(plan.stages, order)) {
    const { attacked, fooled, seconds } = ledger.tally(name);
    const before = stillRobust;
    stillRobust -= fooled.size;
    const sampled = order === 'sampled' && audited;
    const ranOnAll = fooled.size > 0 || attacked.size === before;
    const sample = sampled ? (ledger.audits.get(name)?.filter((position) => attacked.has(position)).length ?? 0) : 0;
    const stage: StageResult = {
      name,
      rounds: rounds.length,
      attacked: attacked.size,
      errors: fooled.size,
      robustError: (examples - stillRobust) / examples,
      ...(sampled ? { audit: { sample, of: before, ranOnAll } } : {}),
      seconds,
    };
    stages.push(stage);
    if (sampled && !ranOnAll) unsure.push({ stage, missed: mostMissed(sample, before) });
  }
  if (unsure.length === 0) return { stages, bound: undefined };
  // All of these stages had the same sample, in which none found anything: what any of them could find elsewhere counts
  // once.
  const most = unsure.reduce((worst, one) => (one.missed > worst.missed ? one : worst));
  const missed = Math.min(most.missed, examples - errors);
  const bound = {
    stages: unsure.map(({ stage }) => stage.name),
    sample: most.stage.audit!.sample,
    of: most.stage.audit!.of,
    confidence: CONFIDENCE,
    errors: missed,
    robustError: (errors + missed) / examples,
  };
  return { stages, bound };
}

/** What the stages did, in the order in which they ran. */
export function stagesOf(facts: JobFacts): StageResult[] {
  const { ledger, selection } = facts;
  const wrong = selection.positions.filter((position) => ledger.isWrong(position)).length;
  const errors = selection.positions.length - ledger.stillRobust(selection.positions).length;
  return describeStages(facts, wrong, errors).stages;
}

/** The sampled order has the expensive stages last. */
export function inOrder<Stage extends { readonly audited: boolean }>(
  stages: readonly Stage[],
  order: 'exact' | 'sampled',
): Stage[] {
  if (order === 'exact') return [...stages];
  return [...stages.filter(({ audited }) => !audited), ...stages.filter(({ audited }) => audited)];
}

function describeClasses(facts: JobFacts): ClassResult[] {
  const { ledger, selection, dataset } = facts;
  const labels = readLabels(facts);
  return dataset.classes.map((name, label) => {
    const members = selection.positions.filter((_, row) => labels[row] === label);
    return {
      name,
      examples: members.length,
      cleanErrors: members.filter((position) => ledger.isWrong(position)).length,
      errors: members.length - ledger.stillRobust(members).length,
    };
  });
}

function auditNotes(stages: readonly StageResult[]): string[] {
  return stages.flatMap(({ name, audit, errors }) => {
    if (audit === undefined) return [];
    const { sample, of, ranOnAll } = audit;
    if (!ranOnAll)
      return [`${name}: ran on a random sample of ${sample} of the ${of} examples still robust, found nothing`];
    // Where a sample is all of them, nothing was to be decided.
    if (sample === of) return [];
    return [
      `${name}: the audits found some, so it ran on all ${of} examples still robust and not on ${sample}, and ` +
        `found ${errors}`,
    ];
  });
}

/** What a network that answers NaN under attack should be told. @param indices in the data set's file */
export function describeUnanswered(indices: readonly number[], when = 'at the end'): string {
  const shown = indices.slice(0, 5).join(', ');
  return (
    `under attack the network gives NaN for ${indices.length} images ${when} (index ` +
    `${shown}${indices.length > 5 ? ', …' : ''}). They count as errors, and the others are attacked on; look for a ` +
    'division, logarithm, square root or overflow in the network, and evaluate again'
  );
}

function describeRandomness({
  draws,
  standardError = 0,
  unanswered = [],
}: Omit<Verification, 'rounded' | 'outcomes'>): string[] {
  const counted =
    `an example counts as wrong where the majority of ${draws ?? 1} draws gets it wrong; new draws would move the ` +
    `robust error by ${(100 * standardError).toFixed(2)} points (standard error)`;
  return [
    ...(draws === undefined ? [] : [counted]),
    ...(unanswered.length === 0 ? [] : [describeUnanswered(unanswered)]),
  ];
}

function describeDoubt(masking: MaskingReport | undefined): string[] {
  const found = (masking?.indicators ?? []).filter(({ verdict }) => verdict !== 'pass');
  return found.map(({ verdict, title, reason, action }) => `${verdict}: ${title.toLowerCase()}: ${reason}. ${action}`);
}

function disagreement({ disagreeing }: { readonly disagreeing: readonly number[] }): string[] {
  if (disagreeing.length === 0) return [];
  return [
    `rounding turns ${disagreeing.length} examples at another batch size (indices ${disagreeing.join(', ')}); ` +
      `the verifier's count is the number issued`,
  ];
}
