import { test } from 'vitest';
import { createModel, renamePyTorchState, checkModel } from '/work/main/src/models/index.ts';
import { readTorchFile, ops, tidy, noGrad, RandomStream, tensor } from '/work/main/src/engine/index.ts';
import { crossEntropy } from '/work/main/src/nn/index.ts';
test('x', () => { tidy(() => {
  const model = createModel({ architecture: 'resnet18', options: { width: 16, bias: false } }, 1).evaluate();
  model.loadStateDict(renamePyTorchState(readTorchFile('/tmp/pt/net.pth')));
  console.log(model.forward(ops.linspace(0, 1, 2*3*32*32, {dtype:'float32'}).reshape([2,3,32,32])).select(0,1).toNumbers().join(' '));
  for (const architecture of ['resnet18','wrn-28-10','simplenet'] as const) tidy(() => noGrad(() => {
    const m = createModel({ architecture, options: {} }, 1);
    const l = m.forward(new RandomStream(3).uniformTensor([8,3,32,32]));
    const t0=performance.now(); m.forward(new RandomStream(3).uniformTensor([8,3,32,32])); 
    console.log(architecture, l.variance().sqrt().item(), crossEntropy(l, tensor([0,1,2,3,4,5,6,7],{dtype:'int64'})).item(), performance.now()-t0);
    m.dispose();
  }));
}); }, 120000);
