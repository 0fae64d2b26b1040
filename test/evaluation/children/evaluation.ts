/**
 * The child of killed.test.ts: one small evaluation, which may be killed at any moment.
 *
 *     evaluation.ts <state folder> <result file>
 *
 * @module
 */
import { writeFileAtomically } from '../../../src/engine/index.js';
import { runEvaluationJob } from '../../../src/evaluation/job/index.js';
import { smallJob, smallNetwork, smallSplit } from '../../../src/evaluation/job/job.test-helper.js';

const [folder, output] = process.argv.slice(2) as [string, string];
const model = smallNetwork();
const { result, finish } = await runEvaluationJob(smallJob(model, smallSplit(model), folder));
const withoutTimes = JSON.stringify(result, (key, value: unknown) => (key === 'seconds' ? undefined : value), 2);
writeFileAtomically(output, withoutTimes);
finish();
