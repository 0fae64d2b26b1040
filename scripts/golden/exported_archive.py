"""How exported_networks.py makes one case: a network worth comparing, its archives, and PyTorch's own numbers."""

import copy
import json
import zipfile

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import cross_entropy, interpolate

CLASSES = 10
PAIR, TRIPLE = torch.tensor([3, 7]), torch.tensor([1, 4, 9])
VARIANTS = {
    "static": {},
    "dynamic": {"dimensions": [(0, "batch")]},
    "decomposed": {"dimensions": [(0, "batch")], "decomposed": True},
}
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


def pictures(count, shape, seed):
    """Images in [0, 1] that differ as photographs do, in coarse patches more than in single pixels."""
    generator = torch.Generator().manual_seed(seed)
    patches = torch.rand(count, shape[0], 4, 4, generator=generator)
    noise = torch.rand(count, *shape, generator=generator)
    return (interpolate(patches, shape[1:], mode="bicubic") + 0.2 * (noise - 0.5)).clamp(0, 1)


def condition(network, shape):
    """Weights under which a mistake shows and rounding does not.

    Nothing is constant, the statistics are those of a batch, the logits are of size one and differ from image to image.
    Normalisations shift to where ReLU has a slope, or a deep network of random weights has gradients that the last bit
    decides.
    """
    generator = torch.Generator().manual_seed(0)
    shifted = [module for module in network.modules() if isinstance(module, (*BATCH_NORMS, nn.GroupNorm))]
    norms = [module for module in shifted if isinstance(module, BATCH_NORMS)]
    with torch.no_grad():
        for parameter in network.parameters():
            if not parameter.is_floating_point() or parameter.unique().numel() != 1:
                continue
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() > 1 and parameter.flatten()[0] == 0:
                parameter.copy_(noise * 0.05)  # position embeddings, heads
            elif parameter.flatten()[0] == 0:
                parameter.copy_(noise * 0.1)  # biases; the scales of residual branches that start as identities
            else:
                parameter.copy_(0.5 + 0.2 * noise)  # the scales of normalisations and of layers
        network.eval()
        for module in shifted:
            if module.weight is not None:
                module.weight.copy_(0.2 + 0.4 * torch.rand(module.weight.shape, generator=generator))
                module.bias.copy_(0.3 + 0.1 * torch.randn(module.bias.shape, generator=generator))
        momenta = [module.momentum for module in norms]
        for module in norms:
            module.reset_running_stats()
            module.momentum = None  # the plain average of the batches
            module.train()
        for seed in range(3):
            network(pictures(8, shape, seed))
        for module, momentum in zip(norms, momenta):
            module.momentum = momentum
        network.eval()
        logits = network(pictures(8, shape, 3))
        heads = [module for module in network.modules() if isinstance(module, (nn.Linear, nn.Conv2d))]
        heads = [module for module in heads if module.weight.shape[0] == logits.shape[1]]
        size, spread = logits.std(), logits.std(0).mean()  # the latter from image to image
        for module in heads[-1:]:
            module.weight /= torch.minimum(size, (10 * spread).clamp(min=size / 1000)).clamp(min=1e-6)
    return network


def true_values(network, images, labels, suffix=""):
    """Logits, and the gradient of the summed cross-entropy, from the module itself."""
    images = images.clone().requires_grad_(True)
    outputs = network(images)
    logits = outputs[0] if isinstance(outputs, (tuple, list)) else outputs
    gradient = torch.autograd.grad(cross_entropy(logits, labels, reduction="sum"), images)[0]
    values = {"images": images, "labels": labels, "logits": logits, "gradient": gradient}
    values |= {"second": outputs[1]} if isinstance(outputs, (tuple, list)) else {}
    return {name + suffix: value.detach().clone().contiguous() for name, value in values.items()}


def distance(values, exact):
    """Of logits and gradients, relative to the largest number."""
    return max(((values[n] - exact[n]).abs().max() / exact[n].abs().max()).item() for n in ("logits", "gradient"))


def steady_values(network, shape, dtype):
    """The numbers of two batches away from the kinks of ReLU and of max pooling, so that every engine must find them.

    Of some seeds' images those for which float32 is nearest to float64, there and a millionth beside; also returns how
    near: what no other engine can be blamed for.
    """
    if {parameter.dtype for parameter in network.parameters()} != {torch.float32}:
        batches = [(pictures(2, shape, 1).to(dtype), PAIR, ""), (pictures(3, shape, 2).to(dtype), TRIPLE, "3")]
        return {name: value for batch in batches for name, value in true_values(network, *batch).items()}, None
    wide = copy.deepcopy(network).double()
    result, total = {}, 0
    for count, labels, suffix in ((2, PAIR, ""), (3, TRIPLE, "3")):
        best, smallest = None, float("inf")
        for seed in range(10, 30):
            images = pictures(count, shape, seed)
            values = true_values(network, images, labels)
            exact = true_values(wide, images.double(), labels)
            beside = true_values(wide, images.double() + 1e-6 * (pictures(count, shape, seed + 100) - 0.5), labels)
            rounding = distance(values, exact)
            measure = max(rounding, distance(beside, exact) / 10)
            if measure < smallest:
                best, smallest, found = values, measure, rounding
            if measure < 3e-6:
                break
        result |= {name + suffix: value for name, value in best.items()}
        total = max(total, found)
    return result, float(f"{total:.2g}")


def describe(path):
    """The operators of an archive's graph, and the kinds of its arguments: what a reader has to know."""
    with zipfile.ZipFile(path) as archive:
        programs = ("models/model.json", "serialized_exported_program.json")  # the latter until torch 2.7
        name = next(name for name in archive.namelist() if name.endswith(programs))
        graph = json.loads(archive.read(name))["graph_module"]["graph"]
    arguments = [argument["arg"] for node in graph["nodes"] for argument in node["inputs"]]
    outputs = [output for node in graph["nodes"] for output in node["outputs"]]
    return {
        "operators": sorted({node["target"] for node in graph["nodes"]}),
        "arguments": sorted({kind for argument in arguments for kind in argument}),
        "results": sorted({kind for output in outputs for kind in output}),
    }


def export(path, network, images, others=(), dimensions=(), decomposed=False, traces=True):
    """Writes the archive; the first line of PyTorch's complaint where it cannot.

    `dimensions` of the images are free, 1 to 1024. Without `traces` the nodes do not say from which lines of which
    files they are: smaller, and the same everywhere.
    """
    free = {dimension: torch.export.Dim(name, min=1, max=1024) for dimension, name in dimensions}
    try:
        program = torch.export.export(network, (images, *others), dynamic_shapes=(free,) if free else None)
        program = program.run_decompositions() if decomposed else program
        graphs = [module.graph for module in program.graph_module.modules() if isinstance(module, torch.fx.GraphModule)]
        for node in [node for graph in graphs for node in graph.nodes] if not traces else []:
            node.meta.pop("stack_trace", None)
        torch.export.save(program, path)
    except Exception as error:  # whatever it is, it belongs into the index
        path.unlink(missing_ok=True)
        return f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
    return None


def write_case(folder, name, network, shape, source, dtype=torch.float32, traces=True):
    """The archives with a batch of two and with any, the latter in core operators, too, and the numbers.

    Returns the index's entry.
    """
    values, rounding = steady_values(network, shape, dtype)
    entry = {"name": name, "source": source, "input": [2, *shape], "rounding": rounding}
    for variant, options in VARIANTS.items():
        path = folder / f"{name}.{variant}.pt2"
        entry[variant] = export(path, network, values["images"], traces=traces, **options) or describe(path)
    save_file(values, folder / f"{name}.safetensors")
    return entry
