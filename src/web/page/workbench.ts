/**
 * The page at work: a picture, an attack on every network, and what is shown of it.
 *
 * @module
 */
import type { SiteDescription } from '../site-description.js';
import { AttackChoice } from './attack-choice.js';
import { AttackRun, type Frame } from './attack-run.js';
import { AttackRuns } from './attack-runs.js';
import { drawCourse, type Measure } from './course.js';
import { byId } from './dom.js';
import { crossEntropy, prediction, probabilities } from './logits.js';
import { NetworkCard } from './network-card.js';
import type { Network } from './network.js';
import { stepSizeOf } from './pgd.js';
import { PictureChoice, type Chosen } from './picture-choice.js';
import { Player } from './player.js';
import { describeOutcome, describeSilence } from './words.js';

/** The picture as a network sees it, without logits where it failed. */
interface Original {
  readonly frame: Frame;
  readonly problem?: string;
}

export class Workbench {
  readonly #site: SiteDescription;
  /** Whoever opened them may put another in a network's place. */
  readonly #networks: readonly Network[];
  readonly #cards: readonly NetworkCard[];
  readonly #attack: AttackChoice;
  readonly #pictures: PictureChoice;
  readonly #player: Player;
  readonly #measure = byId('measure', HTMLSelectElement);
  readonly #finding = byId('finding', HTMLElement);
  /** What each network says of the picture itself. */
  #originals: readonly Original[] = [];
  #attacks = new AttackRuns([]);
  #label = 0;
  #step = 0;
  /** Counts the pictures, so that what a network says of an earlier one is not shown. */
  #choice = 0;

  constructor(site: SiteDescription, networks: readonly Network[]) {
    this.#site = site;
    this.#networks = networks;
    this.#cards = site.networks.map((network, number) => new NetworkCard(site, network, number));
    byId('networks', HTMLElement).replaceChildren(...this.#cards.map(({ root }) => root));
    // Nothing moves when the sentences, one a network, change.
    this.#finding.style.minBlockSize = `${1.5 * networks.length}em`;
    this.#attack = new AttackChoice(site, () => this.#begin());
    this.#pictures = new PictureChoice(site, {
      picture: (chosen) => void this.#take(chosen).catch((error: unknown) => this.#say((error as Error).message)),
      label: (label) => {
        this.#label = label;
        this.#begin();
      },
      problem: (sentence) => this.#say(sentence),
    });
    this.#player = new Player(site.steps, {
      advance: () => this.#attacks.advance(),
      computed: () => this.#attacks.computed,
      show: (step) => this.#show(step),
      started: () => this.#say('Attacking, step by step …'),
      rested: () => this.#say(this.#outcome()),
      problem: (sentence) => this.#say(sentence),
    });
    this.#measure.addEventListener('change', () => this.#drawCourse());
    // Also when it comes to be seen at all.
    new ResizeObserver(() => this.#drawCourse()).observe(byId('course', HTMLElement));
  }

  /** Shows the first picture with what the networks say of it. */
  async open(address: URL): Promise<void> {
    await this.#take(await this.#pictures.open(address));
  }

  /** A picture as an example, with what it shows. */
  get example(): { image: Float32Array; label: number } {
    return { image: this.#originals[0]!.frame.image, label: this.#label };
  }

  async #take({ image, label }: Chosen): Promise<void> {
    this.#choice += 1;
    const choice = this.#choice;
    const originals = await Promise.all(this.#networks.map((network) => lookAt(network, image, label ?? 0)));
    if (choice !== this.#choice) return;
    if (originals.every(({ problem }) => problem !== undefined)) throw new Error(originals[0]!.problem);
    this.#originals = originals;
    const guesses = originals.map(({ frame }) => prediction(frame.logits));
    const guessing = Math.max(
      0,
      guesses.findIndex((guess) => guess !== undefined),
    );
    this.#label = label ?? guesses[guessing] ?? 0;
    this.#pictures.showLabel(this.#label, label === undefined ? this.#site.networks[guessing]!.name : undefined);
    this.#begin();
  }

  /** An attack on this picture, at its beginning. */
  #begin(): void {
    const { budget } = this.#attack;
    const { image } = this.#originals[0]!.frame;
    const setup = {
      budget,
      stepSize: stepSizeOf(budget.epsilon, this.#site.steps),
      label: this.#label,
      start: budget.norm.uniform(image.length, budget.epsilon, Math.random),
    };
    this.#attacks = new AttackRuns(
      this.#originals.map(
        ({ frame }, i) => new AttackRun((at, label) => this.#networks[i]!.look(at, label), frame, setup),
      ),
      this.#originals.map(({ problem }) => problem),
    );
    this.#player.reset();
    this.#say(this.#outcome());
  }

  #show(step: number): void {
    this.#step = step;
    const { channels, size } = this.#site.image;
    const magnification = this.#attack.magnification(channels * size ** 2);
    for (const [i, { frames }] of this.#attacks.runs.entries()) {
      const shown = { original: frames[0]!, frame: frames[step] ?? frames.at(-1)!, problem: this.#problemAt(i) };
      this.#cards[i]!.show({ ...shown, label: this.#label, step, magnification });
    }
    this.#drawCourse();
  }

  /** With which a network failed, where it has nothing to show of this step. */
  #problemAt(number: number): string | undefined {
    const logits = this.#attacks.runs[number]!.frames[this.#step]?.logits ?? [];
    return logits.length === 0 ? this.#attacks.problem(number) : undefined;
  }

  #drawCourse(): void {
    const measure = this.#measure.value as Measure;
    const valueOf = ({ logits }: Frame) =>
      measure === 'loss' ? crossEntropy(logits, this.#label) : (probabilities(logits)[this.#label] ?? NaN);
    const curves = this.#attacks.runs.map(({ frames }, i) => ({
      name: this.#site.networks[i]!.name,
      values: frames.map(valueOf),
    }));
    drawCourse(byId('course', HTMLElement), curves, measure, this.#step, this.#site.steps);
  }

  #outcome(): string {
    const sentences = this.#attacks.runs.map((run, i) => {
      const { name } = this.#site.networks[i]!;
      const logits = run.frames[this.#step]?.logits ?? [];
      const problem = this.#problemAt(i);
      const said = problem === undefined ? prediction(logits) : undefined;
      if (said === undefined) return `${name} ${describeSilence(problem)}`;
      const outcome = {
        name,
        said: this.#site.classes[said]!,
        confidence: probabilities(logits)[said]!,
        isRight: said === this.#label,
        fooledAt: run.fooledAt(this.#step),
      };
      return describeOutcome(outcome, this.#step);
    });
    return sentences.join('\n');
  }

  /** The one place that is read out: only when something has come to rest. */
  #say(sentence: string): void {
    if (this.#finding.textContent !== sentence) this.#finding.textContent = sentence;
  }
}

async function lookAt(network: Network, image: Float32Array, label: number): Promise<Original> {
  try {
    const { logits } = await network.look(image, label);
    return { frame: { image, logits } };
  } catch (error) {
    return { frame: { image, logits: new Float32Array(0) }, problem: (error as Error).message };
  }
}
