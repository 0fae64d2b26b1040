/**
 * A union of balls: what lies in any of them is allowed (Tramèr and Boneh, "Adversarial Training and Robustness for
 * Multiple Perturbations", NeurIPS 2019, section 2). Written as its members with their budgets, `linf:8/255+l2:0.5`;
 * epsilon then says how many times as large all of them are, and the size of a perturbation is the least of its sizes
 * relative to the members' budgets.
 *
 * @module
 */
import { nearest, ops, SaddlepointError, tidy, type Tensor } from '../../engine/index.js';
import { formatBudget, parseBudget } from '../budget.js';
import { NORMS, type Norm } from '../norms/index.js';
import { divideSafely, perExample, rows } from '../norms/shared.js';
import type { ThreatModel } from './threat-model.js';

export interface UnionMember {
  readonly norm: Norm;
  /** For images in [0, 1]. */
  readonly epsilon: number;
}

export interface Union extends ThreatModel {
  readonly members: readonly UnionMember[];
}

/** Norms whose balls may be members: those that measure, not count. */
export const UNION_NORMS = ['linf', 'l2', 'l1'] as const;
export const UNION_EXAMPLE = 'linf:8/255+l2:0.5+l1:12';

/** Whether a name is meant as a union. */
export function isUnionName(name: string): boolean {
  return name.includes(':');
}

/**
 * The union that a name describes.
 *
 * @throws SaddlepointError ARGUMENT for fewer than two members, one twice, a norm that is none of linf, l2 and l1, or a
 *   budget that is none
 */
export function unionOf(name: string): Union {
  const members = name.split('+').map((written) => memberOf(written, name));
  const twice = members.find(({ norm }, i) => members.findIndex((other) => other.norm === norm) !== i);
  if (members.length < 2 || twice !== undefined) {
    const received = twice === undefined ? 'one' : `${twice.norm.name} twice`;
    throw refused(name, `several norms, each once, received ${received}`);
  }
  return { name: nameOf(members), members, ...measures(members), ...moves(members) };
}

function memberOf(written: string, name: string): UnionMember {
  const [norm = '', budget = '', ...more] = written.split(':').map((part) => part.trim());
  const known = UNION_NORMS.find((one) => one === norm);
  if (known === undefined) {
    const guess = nearest(norm, UNION_NORMS);
    const hint = guess === undefined ? '' : `; did you mean ${guess}?`;
    throw refused(name, `norms of ${UNION_NORMS.join(', ')}, received ${JSON.stringify(norm)}${hint}`);
  }
  const epsilon = more.length === 0 ? parseBudget(budget) : undefined;
  if (epsilon === undefined)
    throw refused(name, `a budget such as 8/255 for ${norm}, received ${JSON.stringify(budget)}`);
  NORMS[known].requireEpsilon(epsilon);
  return { norm: NORMS[known], epsilon };
}

function refused(name: string, what: string): SaddlepointError {
  return new SaddlepointError('ARGUMENT', `${name}: expected a union such as ${UNION_EXAMPLE}, of ${what}`);
}

function nameOf(members: readonly UnionMember[]): string {
  return members.map(({ norm, epsilon }) => `${norm.name}:${formatBudget(epsilon)}`).join('+');
}

function measures(members: readonly UnionMember[]) {
  /** The least over the members, of what a length in their norm is relative to their budget. */
  const least = (length: (member: UnionMember) => number) =>
    Math.min(...members.map((member) => length(member) / member.epsilon));
  return {
    magnitude: (perturbation: Tensor) => magnitude(members, perturbation),
    requireEpsilon: (times: number) => {
      for (const { norm, epsilon } of members) norm.requireEpsilon(times * epsilon);
    },
    diameter: (shape: readonly number[]) => least(({ norm }) => norm.diameter(shape)),
    searchRadius: (times: number, size: number) =>
      least(({ norm, epsilon }) => norm.searchRadius(times * epsilon, size)),
    finalRadius: (times: number) => least(({ norm, epsilon }) => norm.finalRadius(times * epsilon)),
  };
}

/** [N, …] to [N] */
function magnitude(members: readonly UnionMember[], perturbation: Tensor): Tensor {
  return tidy(() =>
    members
      .map(({ norm, epsilon }) => norm.magnitude(perturbation).div(epsilon))
      .reduce((least, size) => least.minimum(size)),
  );
}

function moves(members: readonly UnionMember[]) {
  const scaled = (direction: Tensor) => tidy(() => divideSafely(direction, magnitude(members, direction)));
  return {
    scaled,
    // The steepest ascent of the union is that of the member it is steepest in, which depends on the gradient; attacks
    // that know the members choose (see `multi-steepest-descent.ts`), others follow the gradient itself.
    steepestAscent: scaled,
    onSphere: (direction: Tensor, times: number) => tidy(() => scaled(direction).mul(times)),
    project: (perturbation: Tensor, times: number) =>
      tidy(() => {
        const projected = members.map(({ norm, epsilon }) => norm.project(perturbation, times * epsilon));
        return nearestOf(perturbation, projected);
      }),
    // Each example draws a member, and in it a point.
    uniform: ({ stream, indices, shape, device }: Parameters<ThreatModel['uniform']>[0], times: number) =>
      tidy(() => {
        const member = stream.derive('member').integers(indices, [], members.length, device);
        return pickMember(
          members.map(({ norm, epsilon }) =>
            norm.uniform({ stream: stream.derive(norm.name), indices, shape, device }, times * epsilon),
          ),
          member,
        );
      }),
  };
}

/** Of several tensors [N, …] the one of each example's member, int64 [N]. */
export function pickMember(candidates: readonly Tensor[], member: Tensor): Tensor {
  return candidates.reduce((picked, candidate, i) => ops.where(perExample(member.eq(i), candidate), candidate, picked));
}

/** Of several projections the one that is nearest in L2, an example at a time. */
function nearestOf(from: Tensor, projected: readonly Tensor[]): Tensor {
  const far = ops.stack(projected.map((to) => rows(to.sub(from)).square().sum(1)));
  return pickMember(projected, far.argmin({ dim: 0 }));
}
