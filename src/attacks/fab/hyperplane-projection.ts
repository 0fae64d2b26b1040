/**
 * The smallest step from a point in the box [0, 1] onto a hyperplane, without leaving the box, for L-infinity, L2 and
 * L1 (Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive boundary attack", ICML 2020,
 * equation 5 and appendix A).
 *
 * Let the hyperplane be all z with value + ⟨w, z - x⟩ = 0. Every entry moves the same way, against value · sign(w_i),
 * by d_i of at most m_i, its room in the box, and together they have to gain Σ |w_i| d_i = |value|. The cheapest way is
 *
 *     L-infinity   d_i = min(m_i, t)              L2   d_i = min(m_i, t |w_i|)
 *     L1           d_i = m_i for the largest |w_i| in turn, the last one in part
 *
 * with the t that gains exactly enough. Where even d = m is not enough, that is the answer: the point of the box
 * closest to the hyperplane in value, as in the paper.
 *
 * @module
 */
import { advance, ops, SaddlepointError, tidy, type Tensor } from '../../engine/index.js';
import { rescaled, rows, TINY } from '../norms/shared.js';

/** Moves of each entry that gain `need` in all: room, slope and the result float [N, D], need float64 [N]. */
type Moves = (room: Tensor, slope: Tensor, need: Tensor) => Tensor;

const MOVES: Readonly<Record<string, Moves>> = {
  linf: (room, slope, need) => {
    const level = waterLevel(room, slope, need);
    return room.minimum(level.unsqueeze(1));
  },
  l2: (room, slope, need) => {
    // An entry meets the box at t = m / |w|; one without slope never moves.
    const full = ops.where(slope.gt(0), room.div(slope.clamp({ min: TINY })), ops.zerosLike(room));
    const level = waterLevel(full, slope.square(), need);
    return room.minimum(slope.mul(level.unsqueeze(1)));
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

/** Newton steps between two looks at whether all have arrived, as a look waits for the device. */
const LOOK_EVERY = 4;
/** By how much the t of an example that has not arrived grows at least in a step, relative to itself. */
const ARRIVED = 1e-6;
/** Stands for a t at which everything is full; times an entry of 0 it stays a number. */
const BEYOND = 2 ** 60;

/**
 * The t at which Σ slope_i · min(full_i, t) = need, float [N], for needs that can be met.
 *
 * By Newton's method from t = 0: the gain is concave in t and straight between the places where an entry is full, so
 * every step falls short of the solution and the last one, on its straight piece, meets it. Four steps are usual where
 * the paper sorts all entries (500 images of 784 pixels: a third of the time).
 *
 * @param full float [N, D]: the t from which on an entry gains no more
 * @param slope float [N, D]: what it gains a unit of t until then
 */
function waterLevel(full: Tensor, slope: Tensor, need: Tensor): Tensor {
  const wanted = need.to({ dtype: full.dtype }).unsqueeze(1);
  const sumOf = (values: Tensor) => values.sum(1, { keepdim: true });
  return tidy(() => {
    let state = { level: ops.zerosLike(wanted), rising: ops.zerosLike(wanted) };
    for (let step = 1; step <= full.size(1); step += 1) {
      state = advance(state, ({ level }) => {
        const gained = sumOf(full.minimum(level).mul(slope));
        // 1 where an entry still gains: half the time of a comparison, whose bool would have to become a number.
        const gaining = full.sub(level).sign().clamp({ min: 0 });
        const rate = sumOf(gaining.mul(slope)).clamp({ min: TINY });
        const next = level.add(wanted.sub(gained).clamp({ min: 0 }).div(rate)).clamp({ max: BEYOND });
        return { level: next, rising: next.gt(level.mul(1 + ARRIVED)).sum() };
      });
      if (step % LOOK_EVERY === 0 && state.rising.item() === 0) break;
    }
    return state.level.squeeze(1);
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
