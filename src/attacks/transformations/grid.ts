/**
 * All points of a grid over a transformation's parameters.
 *
 * @module
 */
import type { Transformation } from '../threat-models/transformation.js';

/** How many points there are; undefined for a transformation that has no grid. */
export function gridSize({ grid }: Transformation): number | undefined {
  return grid?.reduce((product, count) => product * count, 1);
}

/** The points, the first parameter's values outermost: each evenly spaced from -epsilon to epsilon. */
export function gridPoints({ grid = [] }: Transformation, epsilon: number): number[][] {
  return grid.reduce<number[][]>(
    (points, count) => points.flatMap((point) => evenly(count, epsilon).map((value) => [...point, value])),
    [[]],
  );
}

function evenly(count: number, epsilon: number): number[] {
  return Array.from({ length: count }, (_, i) => epsilon * ((2 * i) / (count - 1) - 1));
}
