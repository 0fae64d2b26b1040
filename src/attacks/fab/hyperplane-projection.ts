/**
 * The smallest step from a point in the box [0, 1] onto a hyperplane, without leaving the box, for L-infinity, L2 and L1
 * (Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive boundary attack", ICML 2020,
 * equation 5 and appendix A).
 *
 * Let the hyperplane be all z with value + ⟨w, z - x⟩ = 0. Every entry moves the same way, against value · sign(w_i), by
 * d_i of at most m_i, its room in the box, and together they have to gain Σ |w_i| d_i = |value|. The cheapest way is
 *
 *     L-infinity   d_i = min(m_i, t)              L2   d_i = min(m_i, t |w_i|)
 *     L1           d_i = m_i for the largest |w_i| in turn, the last one in part
 *
 * with the t that gains exactly enough. The gain grows with t in straight pieces that end where an entry meets the
 * box, so one sort finds the piece and t with it. Where even d = m is not enough, that is the answer: the point of the box
 * closest to the hyperplane in value, as in the paper.
 *
 * @module
 */
import { ops, SaddlepointError, tidy, type Tensor } from '../../engine/index.js';
import { rescaled, rows, TINY } from '../norms/shared.js';

/** Moves of each entry that gain `need` in all: room, slope and the result float [N, D], need float64 [N]. */
type Moves = (room: Tensor, slope: Tensor, need: Tensor) => Tensor;

const MOVES: Readonly<Record<string, Moves>> = {
  linf: (room, slope, need) => {
    const level = waterLevel(room, slope, need);
    return room.minimum(level.to({ dtype: room.dtype }).unsqueeze(1));
  },
  l2: (room, slope, need) => {
    // An entry meets the box at t = m / |w|; one without slope never moves.
    const full = ops.where(slope.gt(0), room.div(slope.clamp({ min: TINY })), ops.zerosLike(room));
    const level = waterLevel(full, slope.square(), need);
    return room.minimum(slope.mul(level.unsqueeze(1)).to({ dtype: room.dtype }));
  },
  l1: (room, slope, need) => {
    const [descending, order] = slope.sort({ stable: true, dim: 1, descending: true });
    const gain = descending.mul(room.gather(1, order)).to({ dtype: 'float64' });
    const before = gain.cumsum(1).sub(gain);
    const gained = need.unsqueeze(1).sub(before).clamp({ min: 0 }).minimum(gain);
    const moved = gained.div(descending.clamp({ min: TINY })).to({ dtype: room.dtype });
    return ops.zerosLike(room).scatter(1, order, moved).minimum(room);
  },
};

/** The norms there is a projection for. */
export const HYPERPLANE_NORMS: readonly string[] = Object.keys(MOVES);

/**
 * The t at which Σ slope_i · min(full_i, t) = need, float64 [N], for needs that can be met.
 *
 * @param full float [N, D]: the t from which on an entry gains no more
 * @param slope float [N, D]: what it gains a unit of t until then
 */
function waterLevel(full: Tensor, slope: Tensor, need: Tensor): Tensor {
  return tidy(() => {
    const [descending, order] = full.sort({ stable: true, dim: 1, descending: true });
    const slopes = slope.gather(1, order).to({ dtype: 'float64' });
    const gains = slopes.mul(descending);
    // Of the first entries, which still gain at this t, and of the others, which have gained all they can.
    const rising = slopes.cumsum(1);
    const done = gains.sum(1, { keepdim: true }).sub(gains.cumsum(1)).clamp({ min: 0 });
    const reached = rising.mul(descending).add(done);
    const last = reached.ge(need.unsqueeze(1)).sum(1, { keepdim: true, dtype: 'int64' }).clamp({ min: 1 }).sub(1);
    const missing = need.unsqueeze(1).sub(done.gather(1, last)).clamp({ min: 0 });
    return missing.div(rising.gather(1, last).clamp({ min: TINY })).squeeze(1);
  });
}

/**
 * The smallest step δ onto the hyperplane value + ⟨normal, δ⟩ = 0 with point + δ in [0, 1].
 *
 * @param norm linf, l2 or l1
 * @param points float32 [N, …] in [0, 1]
 * @param normal float [N, …]; entries that are not numbers count as 0
 * @param value float [N]: of the linear function at the points
 * @returns the steps, [N, …], a new tensor; nothing else stays alive
 * @throws SaddlepointError ARGUMENT for another norm
 */
export function stepOntoHyperplane(norm: string, points: Tensor, normal: Tensor, value: Tensor): Tensor {
  const moves = Object.hasOwn(MOVES, norm) ? MOVES[norm] : undefined;
  if (moves === undefined) {
    throw new SaddlepointError('ARGUMENT', `expected norm ${HYPERPLANE_NORMS.join(', ')}, received ${norm}`);
  }
  return tidy(() => {
    // A hyperplane stays the same when its equation is scaled; squares of small gradients then do not vanish.
    const scaled = rows(rescaled(normal));
    const largest = rows(normal.nanToNum({ nan: 0 }))
      .abs()
      .amax({ dim: 1 });
    const need = value
      .to({ dtype: 'float64' })
      .abs()
      .div(largest.clamp({ min: TINY }));
    const direction = scaled.sign().mul(value.sign().neg().to({ dtype: scaled.dtype }).unsqueeze(1));
    const from = rows(points);
    const room = ops.where(direction.gt(0), from.neg().add(1), from).clamp({ min: 0 });
    const slope = scaled.abs();
    const attainable = room.mul(slope).sum(1, { dtype: 'float64' }).gt(need).unsqueeze(1);
    const moved = ops.where(attainable, moves(room, slope, need), room);
    return direction.mul(moved).reshape(points.shape);
  });
}
