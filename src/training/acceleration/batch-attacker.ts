/**
 * Who makes a training step's adversarial images on this machine.
 *
 * @module
 */
import { canRecord, type Device } from '../../engine/index.js';
import { AttackPool } from './attack-pool.js';
import { backendOf } from './attack-backend.js';
import { DirectAttacker, type BatchAttacker } from './attack-part.js';
import { attackSchedule } from '../attack-schedule.js';
import type { PoolAttack } from './pool-messages.js';
import { RecordedAttack } from './recorded-attack.js';

/**
 * Several threads where a batch is split; a CUDA graph where one can be recorded; else this thread itself.
 *
 * @param say told one line when the device refuses what it should record
 */
export function openBatchAttacker(
  attack: PoolAttack,
  shares: number,
  device: Device,
  say?: (line: string) => void,
): BatchAttacker {
  if (shares > 1) return new AttackPool(attack, shares);
  const schedule = attackSchedule(attack.attack, attack.changes, attack.steps);
  const whole = { attack: schedule, backend: backendOf(attack.backend), seed: attack.seed };
  return canRecord(device) ? new RecordedAttack(whole, say) : new DirectAttacker(whole);
}
