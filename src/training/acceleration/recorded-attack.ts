/**
 * The attack of a training step as one launch: on a GPU the whole inner loop, from the weights' folding to the last
 * projection, is recorded once as a CUDA graph and replayed for every batch. Only the random start, whose numbers
 * belong to the examples, is drawn outside and copied in.
 *
 * @module
 */
import { keep, record, tidy, type Replayable, type Tensor } from '../../engine/index.js';
import { Pgd, type Attack, type Initialization } from '../../attacks/index.js';
import type { Batch } from '../../data/index.js';
import { searchedNetwork } from '../../models/attack-network/index.js';
import type { Module } from '../../nn/index.js';
import { attackPart, attackStream, type BatchAttacker, type PartAttack, type Position } from './attack-part.js';

/** How work is recorded where these tensors are. */
export type Recorder = (device: string, work: () => Tensor) => Replayable;

export class RecordedAttack implements BatchAttacker {
  readonly #part: PartAttack;
  readonly #recorder: Recorder;
  readonly #say: ((line: string) => void) | undefined;
  #recording: Recording | undefined;
  #refused = false;

  /**
   * @param say told one line when an attack cannot be recorded
   * @param recorder for tests: how work is recorded
   */
  constructor(part: PartAttack, say?: (line: string) => void, recorder: Recorder = record) {
    this.#part = part;
    this.#say = say;
    this.#recorder = recorder;
  }

  /**
   * As {@link attackPart}. Without a recording run batches that are smaller than one before, such as an epoch's last,
   * attacks other than untargeted PGD, and what the device refuses to record.
   *
   * @param model always the same: its weights may change, but lie where they lay
   */
  perturb(model: Module, batch: Batch, position: Position): Tensor {
    const attack = this.#part.attack(position.step);
    const smaller = batch.images.size(0) < (this.#recording?.images.size(0) ?? 0);
    if (this.#refused || smaller || !canBeRecorded(attack)) return attackPart(this.#part, model, batch, position);
    return tidy(() => {
      const { images, labels, indices } = batch;
      const stream = attackStream(this.#part, position);
      const start = attack.initialization.perturbation(images, attack.norm, attack.epsilon, stream, indices);
      const recording = this.#recordingOf(attack, model, batch, start);
      if (recording === undefined) return attackPart(this.#part, model, batch, position);
      recording.images.copy_(images);
      recording.labels.copy_(labels);
      recording.start.copy_(start);
      // The output's memory is the recording's own, which the next step writes.
      return recording.work.replay().clone();
    });
  }

  attackAt({ step }: Position): Attack {
    return this.#part.attack(step);
  }

  [Symbol.dispose](): void {
    this.#forget();
  }

  /** The recording of this attack on a batch of this size; another one takes the place of the one before. */
  #recordingOf(attack: Pgd, model: Module, { images, labels, indices }: Batch, start: Tensor): Recording | undefined {
    const known = this.#recording;
    if (known?.attack === attack && known.images.size(0) === images.size(0)) return known;
    this.#forget();
    attack.requireFits(model, images, labels, indices); // what the recorded work does not look at
    const own = { images: keep(images.clone()), labels: keep(labels.clone()), start: keep(start.clone()) };
    const { backend } = this.#part;
    const fromStart = attack.startingAt(given(own.start));
    const randomness = { stream: attackStream(this.#part, { step: 0, epoch: 0 }), indices };
    try {
      const work = this.#recorder(images.device, () => {
        const network = searchedNetwork(model, backend);
        return fromStart.perturbUnchecked(network, own.images, own.labels, randomness);
      });
      this.#recording = { attack, work, ...own };
    } catch (error) {
      this.#refused = true;
      for (const tensor of Object.values(own)) tensor.dispose();
      this.#say?.(`  the attack runs without a CUDA graph: ${error instanceof Error ? error.message : String(error)}`);
    }
    return this.#recording;
  }

  #forget(): void {
    if (this.#recording === undefined) return;
    const { images, labels, start, work } = this.#recording;
    work[Symbol.dispose]();
    for (const tensor of [images, labels, start]) tensor.dispose();
    this.#recording = undefined;
  }
}

interface Recording {
  readonly attack: Attack;
  readonly work: Replayable;
  /** What the work begins from. */
  readonly images: Tensor;
  readonly labels: Tensor;
  readonly start: Tensor;
}

/** Targets may be drawn at random, and other attacks ask the device what to do next. */
function canBeRecorded(attack: Attack): attack is Pgd {
  // A subclass may draw more random numbers than those of its start, and so may a network that is asked several times.
  const drawsOnce = attack instanceof Pgd && attack.constructor === Pgd && attack.draws === 1;
  return drawsOnce && attack.objective.targets === undefined;
}

/** A start that was drawn before. */
function given(start: Tensor): Initialization {
  return { name: 'given', random: false, perturbation: () => start.clone() };
}
