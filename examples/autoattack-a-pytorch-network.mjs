/**
 * The robust error of a network that PyTorch saved, under AutoAttack.
 *
 *   node examples/autoattack-a-pytorch-network.mjs <weights.pt> <data set> [folder of the data set] [images]
 */
import { autoAttack, loadDataset, loadModel } from 'saddlepoint';

const [weights, name, folder, images = '100'] = process.argv.slice(2);
const { model, description, notes } = loadModel(weights);
for (const note of notes) console.log(note);

const { test } = loadDataset(name, folder);
const { cleanError, robustError } = await autoAttack(model, test, {
  norm: 'linf',
  epsilon: '8/255',
  examples: Number(images),
  description, // so that all cores share the attacks
});
console.log(`clean error ${(100 * cleanError).toFixed(1)} %, robust error ${(100 * robustError).toFixed(1)} %`);
