/**
 * An order of examples in which every part has each class in its share.
 *
 * @module
 */
import { RandomStream, tidy } from '../engine/index.js';

/**
 * Shuffles each class by a fixed seed and spreads it evenly over the whole: of any first or last N, each class has its
 * share to within one example.
 *
 * @param labels of the examples, in any order that is the same each time
 * @returns their positions in the new order
 */
export function stratifiedOrder(labels: readonly number[]): number[] {
  const byClass = new Map<number, number[]>();
  for (const [position, label] of labels.entries()) {
    byClass.set(label, [...(byClass.get(label) ?? []), position]);
  }
  const placed = [...byClass].flatMap(([label, positions]) => {
    const order = tidy(() => new RandomStream('stratified order', label).permutation(positions.length).toNumbers());
    return order.map((of, rank) => ({ position: positions[of]!, label, place: (rank + 0.5) / positions.length }));
  });
  placed.sort((one, other) => one.place - other.place || one.label - other.label);
  return placed.map(({ position }) => position);
}
