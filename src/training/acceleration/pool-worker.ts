/**
 * One thread of an attack pool: has a network on the memory of the step's, and attacks the share of a batch it is sent.
 *
 * @module
 */
import type { Packed } from '../../engine/index.js';
import { serve, type Served } from '../../engine/serve.js';
import type { PoolAttack, PoolTask } from './pool-messages.js';

await serve(async ({ description, attack, changes, steps, backend, seed }: PoolAttack) => {
  const { borrowLists, borrowState, pack, tidy } = await import('../../engine/index.js');
  const { unpackBatch } = await import('../../data/index.js');
  const { createModel } = await import('../../models/index.js');
  const { backendOf } = await import('./attack-backend.js');
  const { AttackNetwork } = await import('../../models/attack-network/index.js');
  const { attackOn } = await import('./attack-part.js');
  const { attackSchedule } = await import('../attack-schedule.js');
  const model = createModel(description, 0);
  const part = { attack: attackSchedule(attack, changes, steps), seed };
  const frozen = backendOf(backend);
  return ({ position, state, prepared, batch }: PoolTask): Served<Packed> => {
    tidy(() => {
      model.shareStateDict(borrowState(state));
    });
    const answer = tidy(() => {
      const network =
        prepared === undefined || frozen === null ? model : new AttackNetwork(model, frozen, borrowLists(prepared));
      return pack(attackOn(part, network, unpackBatch(batch), position));
    });
    return { answer, packed: [answer] };
  };
});
