/**
 * A pad to draw on, with a finger, a pen, a mouse or the keys.
 *
 * @module
 */
import { byId } from './dom.js';
import { resizeSquare, type Pixels } from './pixels.js';

const SIDE = 320;
/** How far a key moves the pen. */
const KEY_STEP = 8;
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class DrawingPad {
  readonly #canvas = byId('pad', HTMLCanvasElement);
  readonly #context: CanvasRenderingContext2D;
  readonly #paper: string;
  readonly #changed: () => void;
  #at: readonly [number, number] = [SIDE / 2, SIDE / 2];
  #isDown = false;

  /**
   * @param grey white on black, as the digits and clothes that grey networks know; else any colour on white
   * @param changed is told after every stroke
   */
  constructor(grey: boolean, changed: () => void) {
    this.#canvas.width = SIDE;
    this.#canvas.height = SIDE;
    this.#context = this.#canvas.getContext('2d', { willReadFrequently: true })!;
    this.#paper = grey ? '#000' : '#fff';
    this.#changed = changed;
    this.#clear();
    this.#listen();
  }

  /** As the network takes it. */
  pixels(size: number): Pixels {
    const { data } = this.#context.getImageData(0, 0, SIDE, SIDE);
    return resizeSquare({ width: SIDE, height: SIDE, data }, size);
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#at = this.#place(event);
      this.#lineTo(this.#at);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.#lineTo(this.#place(event));
    });
    canvas.addEventListener('pointerup', this.#changed);
    canvas.addEventListener('keydown', (event) => this.#key(event));
    byId('clear', HTMLButtonElement).addEventListener('click', () => {
      this.#clear();
      this.#changed();
    });
  }

  #place({ offsetX, offsetY }: PointerEvent): readonly [number, number] {
    const scale = SIDE / this.#canvas.clientWidth;
    return [offsetX * scale, offsetY * scale];
  }

  #key(event: KeyboardEvent): void {
    const move = MOVES[event.key];
    if (move === undefined && event.key !== ' ') return;
    event.preventDefault();
    if (move === undefined) this.#isDown = !this.#isDown;
    const next = this.#at.map((value, i) => Math.min(SIDE, Math.max(0, value + KEY_STEP * (move?.[i] ?? 0))));
    const place = [next[0]!, next[1]!] as const;
    if (this.#isDown) this.#lineTo(place);
    else this.#at = place;
    const [column, row] = place.map((value) => Math.round((100 * value) / SIDE));
    byId('pen', HTMLOutputElement).textContent =
      `The pen is ${this.#isDown ? 'down' : 'up'}, ${column!} % from the left and ${row!} % from the top.`;
    if (this.#isDown) this.#changed();
  }

  #lineTo(place: readonly [number, number]): void {
    const context = this.#context;
    const colour = document.getElementById('colour');
    context.strokeStyle = colour instanceof HTMLInputElement ? colour.value : '#fff';
    context.lineWidth = 6 * byId('width', HTMLInputElement).valueAsNumber;
    context.lineCap = 'round';
    context.beginPath();
    context.moveTo(...this.#at);
    context.lineTo(...place);
    context.stroke();
    this.#at = place;
  }

  #clear(): void {
    this.#context.fillStyle = this.#paper;
    this.#context.fillRect(0, 0, SIDE, SIDE);
  }
}
