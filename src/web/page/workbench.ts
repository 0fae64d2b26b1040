/**
 * The page at work: a picture, an attack on every network, and what is shown of it.
 *
 * @module
 */
import type { SiteDescription } from '../site-description.js';
import { AttackChoice } from './attack-choice.js';
import { AttackRun, type Frame } from './attack-run.js';
import { drawCourse, type Measure } from './course.js';
import { byId } from './dom.js';
import { crossEntropy, prediction, probabilities } from './logits.js';
import { NetworkCard } from './network-card.js';
import type { Network } from './network.js';
import { stepSizeOf } from './pgd.js';
import { PictureChoice, type Chosen } from './picture-choice.js';
import { Player } from './player.js';
import { describeOutcome } from './words.js';

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
  #originals: readonly Frame[] = [];
  #runs: readonly AttackRun[] = [];
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
      advance: async () => {
        // All, but after a failure of one those that were not behind.
        const step = this.#computed();
        await Promise.all(this.#runs.filter((run) => run.frames.length - 1 === step).map((run) => run.advance()));
      },
      computed: () => this.#computed(),
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
    return { image: this.#originals[0]!.image, label: this.#label };
  }

  async #take({ image, label }: Chosen): Promise<void> {
    this.#choice += 1;
    const choice = this.#choice;
    const looks = await Promise.all(this.#networks.map((network) => network.look(image, label ?? 0)));
    if (choice !== this.#choice) return;
    this.#originals = looks.map(({ logits }) => ({ image, logits }));
    this.#label = label ?? prediction(looks[0]!.logits);
    this.#pictures.showLabel(this.#label, label === undefined ? this.#site.networks[0]!.name : undefined);
    this.#begin();
  }

  /** An attack on this picture, at its beginning. */
  #begin(): void {
    const { budget } = this.#attack;
    const { image } = this.#originals[0]!;
    const setup = {
      budget,
      stepSize: stepSizeOf(budget.epsilon, this.#site.steps),
      label: this.#label,
      start: budget.norm.uniform(image.length, budget.epsilon, Math.random),
    };
    this.#runs = this.#originals.map(
      (original, i) => new AttackRun((at, label) => this.#networks[i]!.look(at, label), original, setup),
    );
    this.#player.reset();
    this.#say(this.#outcome());
  }

  /** The step that all networks have reached. */
  #computed(): number {
    return Math.min(...this.#runs.map(({ frames }) => frames.length)) - 1;
  }

  #show(step: number): void {
    this.#step = step;
    const { channels, size } = this.#site.image;
    const magnification = this.#attack.magnification(channels * size ** 2);
    for (const [i, run] of this.#runs.entries()) {
      const [original, frame] = [run.frames[0]!, run.frames[step]!];
      this.#cards[i]!.show({ original, frame, label: this.#label, step, magnification });
    }
    this.#drawCourse();
  }

  #drawCourse(): void {
    const measure = this.#measure.value as Measure;
    const valueOf = ({ logits }: Frame) =>
      measure === 'loss' ? crossEntropy(logits, this.#label) : probabilities(logits)[this.#label]!;
    const curves = this.#runs.map(({ frames }, i) => ({
      name: this.#site.networks[i]!.name,
      values: frames.map(valueOf),
    }));
    drawCourse(byId('course', HTMLElement), curves, measure, this.#step, this.#site.steps);
  }

  #outcome(): string {
    const sentences = this.#runs.map((run, i) => {
      const { logits } = run.frames[this.#step]!;
      const said = prediction(logits);
      const outcome = {
        name: this.#site.networks[i]!.name,
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
