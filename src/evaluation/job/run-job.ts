/**
 * An evaluation as a job: clean error, then stages of attacks, each on what is still robust; saved after every chunk,
 * so that a killed evaluation goes on and comes to the identical result.
 *
 * @module
 */
import type { AttackStage } from '../../attacks/index.js';
import { disposeSplit, slice } from '../../data/index.js';
import { requireInteger } from '../../engine/index.js';
import { silent, type Progress } from '../../monitoring/index.js';
import { evaluating } from '../../nn/index.js';
import { quickLook } from '../masking/index.js';
import { checkBeforeEvaluation } from '../preflight/index.js';
import type { EvaluationResult } from '../results.js';
import { describeSource, provenanceOf, type Provenance } from '../provenance/index.js';
import type { Attacker } from './attacker.js';
import { openAttacker } from './open-attacker.js';
import { auditSample } from './audit-sample.js';
import { breathe, chunks, cleanChunk, endOf, timed, type Subject } from './chunk.js';
import type { JobEnd, JobFacts, JobOptions } from './facts.js';
import { faithfulBackend, requireFaithful } from './faithful-backend.js';
import { identityOf, type EvaluationBackend, type EvaluationOrder, type Identity } from './identity.js';
import { Ledger, type Group } from './ledger.js';
import { mergeImages } from './merge.js';
import { RemainingTime } from './forecast.js';
import type { AttackPlan } from './plan.js';
import type { Probe } from './probe.js';
import { buildResult, describeUnanswered, inOrder, stagesOf } from './result.js';
import { EvaluationStore, type JournalLine } from './store.js';
import { verifySaved } from './verify-saved.js';

export interface EvaluationJobOptions extends JobOptions {
  readonly plan: AttackPlan;
  /** Default: exact. */
  readonly order?: EvaluationOrder | undefined;
  /** How the attacks' inner loop computes. Default: as `chooseBackend` says, and a resumed job as it began. */
  readonly backend?: EvaluationBackend | undefined;
  /** Where the state lies, and afterwards the adversarial images. */
  readonly folder: string;
  /** What a trial said of the plan, see {@link probeEvaluation}: to say how much is left of all stages. */
  readonly probe?: Probe | undefined;
  /** Whether to check model and data beforehand, see `preflight/`. Default: true. */
  readonly preflight?: boolean | undefined;
}

export interface FinishedEvaluation extends JobEnd {
  readonly result: EvaluationResult;
  /** How the attacks' inner loop computed. */
  readonly backend: EvaluationBackend;
}

/**
 * Runs an evaluation, or the rest of one. The network is left in the mode it was in; no tensor stays alive.
 *
 * @throws SaddlepointError EVALUATION when a check forbids the evaluation or the verifier its number; CHECKPOINT for a
 *   saved state of another evaluation; FILE when the state cannot be written; INTERRUPTED between two chunks after the
 *   signal. After each of them the state is as it was
 */
export async function runEvaluationJob(options: EvaluationJobOptions): Promise<FinishedEvaluation> {
  const { model, split, plan, batchSize = 100 } = options;
  requireInteger('batchSize', batchSize, 1);
  const restore = evaluating(model);
  let store: EvaluationStore | undefined;
  let attacker: Attacker | undefined;
  try {
    const notes = [...(options.source?.notes ?? []), ...(options.preflight === false ? [] : await check(options))];
    const identity = identityOf({ ...options, settings: plan.settings });
    const choose = backendFor(options);
    store = EvaluationStore.open(options.folder, identity, choose, options.backend);
    const subject: Subject = { model, split, backend: store.backend, draws: plan.draws };
    attacker = openAttacker(subject, options.parallel);
    const job = new Job(options, store, subject, attacker);
    await job.run();
    const file = mergeImages(job.facts, store);
    const verification = await verifySaved(options, job.facts, file, identity);
    const masking = await lookForMasking(options, job.facts);
    const result = buildResult(job.facts, verification, notes, describe(options, identity, store.backend), masking);
    const opened = store;
    return {
      result,
      backend: opened.backend,
      finish: () => {
        opened.finish();
      },
      close: () => {
        opened.close();
      },
    };
  } catch (error) {
    store?.close();
    throw endOf(error, store?.path);
  } finally {
    await attacker?.close();
    options.progress?.stop();
    restore();
  }
}

/** As it is measured, if it computes what the network does; one that was asked for has to. */
function backendFor(options: EvaluationJobOptions): () => EvaluationBackend {
  const { model, split, plan, selection, backend, chooseBackend, onWarning = () => undefined } = options;
  const deterministic = (plan.draws ?? 1) === 1 && options.preflight !== false;
  const { positions } = selection;
  if (backend !== undefined && deterministic) requireFaithful(model, split, positions, backend);
  return () => {
    const chosen = chooseBackend?.() ?? 'plain';
    return deterministic ? faithfulBackend(model, split, positions, chosen, onWarning) : chosen;
  };
}

/** Whose number the result is. */
function describe(options: EvaluationJobOptions, identity: Identity, backend: EvaluationBackend): Provenance {
  const { model, source, split } = options;
  const data = { name: identity.dataset, selection: identity.split, sha256: identity.images };
  return provenanceOf(describeSource(model, source), data, split.images.device, backend);
}

/** What the checks before say, for the notes. */
async function check({ model, split, plan, selection, signal }: EvaluationJobOptions): Promise<string[]> {
  const { norm, epsilon, draws } = plan;
  const front = selection.seed === undefined;
  const part = front ? slice(split, 0, selection.positions.length) : split;
  try {
    const report = await checkBeforeEvaluation(model, part, {
      budget: { norm, epsilon },
      allLabels: split.labels,
      draws,
      signal,
    });
    return report.notes.map(({ message }) => message);
  } finally {
    if (front) disposeSplit(part);
  }
}

/** Whether the attack could search: a few passes on some of the images, and what its stages found. */
function lookForMasking({ model, split, plan, selection, seed, signal }: EvaluationJobOptions, facts: JobFacts) {
  const { norm, epsilon, draws = 1, stages } = plan;
  const { objective } = stages[0]!.rounds[0]!.create();
  return quickLook(model, split, {
    norm,
    epsilon,
    seed,
    positions: selection.positions,
    objective,
    randomised: draws > 1,
    stages: stagesOf(facts),
    blackBox: stages.filter(({ blackBox }) => blackBox).map(({ name }) => name),
    signal,
  });
}

class Job {
  readonly facts: JobFacts;
  readonly #store: EvaluationStore;
  readonly #subject: Subject;
  readonly #attacker: Attacker;
  readonly #batchSize: number;
  readonly #progress: Progress;
  readonly #signal: AbortSignal | undefined;
  readonly #onWarning: JobOptions['onWarning'];
  readonly #remaining: RemainingTime | undefined;
  #warned = false;

  constructor(options: EvaluationJobOptions, store: EvaluationStore, subject: Subject, attacker: Attacker) {
    const {
      split,
      plan,
      selection,
      dataset,
      seed,
      order = 'exact',
      batchSize = 100,
      progress = silent,
      signal,
    } = options;
    const ledger = new Ledger(store.lines);
    this.facts = { plan, split, selection, dataset, seed, order, ledger };
    this.#store = store;
    this.#subject = subject;
    this.#attacker = attacker;
    this.#batchSize = batchSize;
    this.#progress = progress;
    this.#signal = signal;
    this.#onWarning = options.onWarning;
    const { probe } = options;
    this.#remaining =
      probe && plan.stages.length > 1 ? new RemainingTime(inOrder(plan.stages, order), probe) : undefined;
  }

  async run(): Promise<void> {
    const { plan, order } = this.facts;
    await this.#clean();
    // One expensive stage that found something says that the cheap ones are not to be trusted here: those after it are
    // not spared either. Decided by the stages before alone, as whoever goes on from a saved state knows of later ones,
    // too.
    let spare = true;
    for (const stage of inOrder(plan.stages, order)) spare = await this.#stage(stage, spare);
  }

  async #clean(): Promise<void> {
    const { ledger, selection } = this.facts;
    const unseen = ledger.unseen(selection.positions);
    for (const positions of chunks(unseen, this.#batchSize)) {
      const [wrong, seconds] = await timed(() => cleanChunk(this.#subject, positions));
      this.#save({ kind: 'clean', positions, wrong, seconds });
      await breathe(this.#store.path, this.#signal);
    }
  }

  /** @returns whether the audited stages after this one may leave what they are not tried on */
  async #stage(stage: AttackStage, spare: boolean): Promise<boolean> {
    const { ledger, selection, order, seed } = this.facts;
    const { positions } = selection;
    if (order === 'exact' || !stage.audited) {
      await this.#group(stage, 'all', positions, false);
      return spare;
    }
    // Each example's place in the draw is its own: while nothing falls, all audited stages have the same sample.
    if (!ledger.audits.has(stage.name)) {
      const stillRobust = ledger.stillRobust(positions);
      this.#save({
        kind: 'audit',
        stage: stage.name,
        of: stillRobust.length,
        positions: auditSample(stillRobust, seed),
      });
    }
    const sample = new Set(ledger.audits.get(stage.name));
    await this.#group(stage, 'audit', [...sample], spare);
    if (spare && ledger.tally(stage.name).fooled.size === 0) return true;
    await this.#group(
      stage,
      'rest',
      positions.filter((position) => !sample.has(position)),
      false,
    );
    return false;
  }

  /** Every round attacks what the rounds before it left robust; audits after it may `spare` examples. */
  async #group(stage: AttackStage, group: Group, positions: readonly number[], spare: boolean): Promise<void> {
    const { ledger, plan, selection } = this.facts;
    const { rounds, name } = stage;
    const tally = ledger.tally(name);
    const total = ledger.stillRobust(positions).length;
    const title = name === plan.attack ? name : `${plan.attack} ${name}`;
    this.#progress.start(group === 'audit' ? `${title}, audit` : title, total * rounds.length);
    const before = tally.fooled.size;
    for (const round of rounds.keys()) {
      const task = { plan, stage, round, seed: this.facts.seed };
      let left = ledger.remaining(positions, name, group, round);
      for (const part of chunks(left, this.#batchSize)) {
        const [{ fooled, unanswered, ...found }, seconds] = await timed(() => this.#attacker.attack(task, part));
        try {
          this.#save(
            { kind: 'attack', stage: name, group, round, positions: part, fooled: [...fooled], seconds },
            found,
          );
        } finally {
          found.images?.dispose();
          found.parameters?.dispose();
        }
        this.#warn(unanswered);
        left = left.slice(part.length);
        // What has fallen is done with, also in the rounds to come.
        const stillRobust = total - (tally.fooled.size - before);
        const still = left.length + stillRobust * (rounds.length - round - 1);
        this.#remaining?.observe(stage, part.length, seconds);
        const robust = ledger.stillRobust(selection.positions).length;
        const inAll = this.#remaining?.after({ stage, left: still, stillRobust: robust, spare });
        const error = 1 - robust / selection.positions.length;
        this.#progress.update(total * rounds.length - still, { 'robust error': error }, inAll);
        await breathe(this.#store.path, this.#signal);
      }
    }
    this.#progress.stop();
  }

  /** Once: whoever waits for the end may want to mend the network instead. */
  #warn(unanswered: readonly number[]): void {
    const [first] = unanswered;
    if (first === undefined || this.#warned) return;
    this.#warned = true;
    this.#onWarning?.(describeUnanswered([this.facts.split.offset + first], 'so far'));
  }

  #save(line: JournalLine, found?: Parameters<EvaluationStore['append']>[1]): void {
    this.#store.append(line, found);
    this.facts.ledger.add(line);
  }
}
