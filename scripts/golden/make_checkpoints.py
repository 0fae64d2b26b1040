"""Checkpoints as other people write them, with the logits that PyTorch gets from each.

Run: python scripts/golden/make_checkpoints.py

Networks of few channels with random weights and running statistics. `options` are what has to be said beside the file,
`question` is what is asked where they are left out.
"""

import argparse
import copy

import torch
from safetensors.torch import save_file
from torch import nn

from common import FOLDER, normal, pack, uniform, write
from their_networks import (Around, ArticleWideResNet, DeepMindPreActResNet, DeepMindWideResNet, Normalize, PreActResNet, ResNet,
                            TradesWideResNet)

folder = FOLDER / "checkpoints"
folder.mkdir(parents=True, exist_ok=True)
images = uniform(3, 3, 16, 16)
MEAN, STD = [0.4914, 0.4822, 0.4465], [0.2471, 0.2435, 0.2616]
cases = []


def filled(model):
    """Random weights of a size that keeps the activations' size; statistics and scales that are not those of a fresh network."""
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if name.rsplit(".", 1)[-1] in ("mean", "std", "mu", "sigma", "new_mean", "new_std"):
                continue
            if value.ndim > 1:
                value.copy_(normal(*value.shape) * (2 / value[0].numel()) ** 0.5)
            elif value.dtype == torch.float32:
                value.copy_(uniform(*value.shape, low=0.5, high=1.5) if name.endswith(("weight", "running_var")) else 0.3 * normal(*value.shape))
    return model.eval()


def case(file, about, model, content, options=None, question=None, safetensors=False, legacy=False):
    path = folder / file
    if safetensors:
        save_file({name: value.contiguous() for name, value in content.items()}, path)
    else:
        torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    assert path.stat().st_size < 80_000, (file, path.stat().st_size)
    with torch.no_grad():
        logits = model.double()(images.double()).float()
    cases.append({"file": file, "about": about, "options": options or {}, "question": question, "logits": pack(logits)})


def parallel(state):
    return {f"module.{name}": value for name, value in state.items()}


def copied(state):
    return {name: value.clone() for name, value in state.items()}


network = filled(ResNet(blocks=(2, 1, 1, 1)))
case("pytorch-cifar.pth", "ResNet of pytorch-cifar, DataParallel, in a checkpoint", network,
     {"net": copied(nn.DataParallel(network).state_dict()), "acc": 95.1, "epoch": 199})

network = filled(ResNet(blocks=(1, 1, 1), bottleneck=True))
case("bottlenecks.pt", "ResNet of bottlenecks, nothing around it", network, copied(network.state_dict()))

network = filled(PreActResNet())
case("preact.safetensors", "PreActResNet of pytorch-cifar, safetensors", network, copied(network.state_dict()), safetensors=True,
     options={"set": ["shortcutFrom=activation"]}, question="--set shortcutFrom=activation")

network = filled(nn.Sequential(Normalize(MEAN, STD), PreActResNet(final=True)))
case("preact-normalized.pt", "PreActResNet of Rice et al. behind a normalisation, DataParallel, before PyTorch 1.6", network,
     parallel(copied(network.state_dict())), legacy=True)

network = filled(TradesWideResNet())
case("trades.pt", "Wide ResNet of TRADES, DataParallel", network, parallel(copied(network.state_dict())))

network = filled(Around(Normalize(MEAN, STD), TradesWideResNet(copies=True)))
case("robustbench.pt", "Wide ResNet of RobustBench behind its normalisation, with the unused copy", network,
     {"state_dict": copied(network.state_dict()), "epoch": 100})

network = filled(ResNet(torchvision=True, large=True))
case("torchvision.pth", "ResNet of torchvision with the stem for 224", network, copied(network.state_dict()))

network = filled(ResNet(torchvision=True, blocks=(1, 1, 1), classes=7))
average = filled(copy.deepcopy(network))
case("timm.pth.tar", "ResNet of timm for small images, an average beside the weights", average,
     {"epoch": 3, "arch": "resnet", "state_dict": copied(network.state_dict()), "state_dict_ema": copied(average.state_dict()),
      "args": argparse.Namespace(lr=0.1, opt="sgd"), "optimizer": torch.optim.SGD(network.parameters(), 0.1, momentum=0.9).state_dict()},
     options={"weights": "ema"}, question="--weights ema takes state_dict_ema")

network = filled(Around(Normalize(MEAN, STD, ("new_mean", "new_std")), ResNet(blocks=(1, 1, 1)), ("normalizer", "model")))
state = copied(network.state_dict())
attacker = {f"attacker.{name.replace('normalizer', 'normalize')}": value for name, value in state.items()}
case("robustness.pt", "ResNet of MadryLab's robustness, with the attacker's copy of it", network,
     {"model": parallel({**state, **attacker}), "epoch": 10, "schedule": None})

network = filled(ArticleWideResNet())
case("article.ckpt", "Wide ResNet with biases, in a Lightning module", network,
     {"state_dict": {f"model.{name}": value for name, value in copied(network.state_dict()).items()}, "pytorch-lightning_version": "2.0",
      "callbacks": {}, "hyper_parameters": {"lr": 0.1}})

network = filled(nn.Sequential(Normalize(MEAN, STD, None), ResNet(width=3, blocks=(1, 1, 1))))
case("constants.safetensors", "ResNet of three stages behind a normalisation by constants, safetensors", network,
     copied(network.state_dict()), options={"preset": "cifar-10"}, question="--preset cifar-10", safetensors=True)

network = filled(ArticleWideResNet(bias=False))
case("strides.pt", "Wide ResNet without biases under names that many use", network,
     {"model_state_dict": {f"_orig_mod.{name}": value for name, value in copied(network.state_dict()).items()}},
     options={"set": ["strideOn=second", "shortcutFrom=input"]}, question="--set strideOn=second")

network = filled(PreActResNet(from_input=True))
first = {f"model_preact_hl1.{name}": value for name, value in network.state_dict().items() if name.startswith("conv1")}
case("andriushchenko.pt", "PreActResNet of Andriushchenko and Flammarion, with the unused copy", network,
     {"state_dict": {**copied(network.state_dict()), **copied(first)}}, options={"set": ["shortcutFrom=input"]},
     question="--set shortcutFrom=input")

network = filled(Around(Normalize(MEAN, STD, ("mu", "sigma")), ResNet(blocks=(2, 1, 1, 1))))
state = copied(network.state_dict())
case("robustbench-resnet.pt", "ResNet of RobustBench, with its normalisation beside the layers", network,
     {name.removeprefix("normalize.").removeprefix("model."): value for name, value in state.items()})

network = filled(DeepMindWideResNet((MEAN, STD), depth=16))
case("deepmind.pt", "Wide ResNet of DeepMind, with its normalisation, DataParallel", network, parallel(copied(network.state_dict())))

network = filled(DeepMindPreActResNet((MEAN, STD)))
case("deepmind-preact.pt", "PreActResNet of DeepMind", network, copied(network.state_dict()))

network = filled(DeepMindWideResNet(activation=torch.relu))
case("deepmind-relu.pt", "Wide ResNet of DeepMind with ReLU, whose normalisation is not in the file", network,
     {"model_state_dict": copied(network.state_dict())}, options={"preset": "none", "set": ["activation=relu"]},
     question="--preset none")

write("checkpoints", "Logits of the checkpoints in test/golden/checkpoints.", [{"images": pack(images)}, *cases])
