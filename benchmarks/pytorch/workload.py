"""A PyTorch process of `saddlepoint bench`: one network, one baseline.

Commands (see src/benchmark/protocol.ts):
    prepare: builds the network from the shared weights -> versions, the loss on the clean images
    run: does `work`, an attack or a training step, `repeats` times -> the seconds it took, the peak memory, the last loss
"""

import time

import torch
from common import peak_bytes, read_safetensors, serve
from networks import NETWORKS
from baselines import Unavailable, create_baseline, loss_in_evaluation


class Worker:
    def prepare(self, command):
        torch.set_num_threads(command["threads"])
        self.device = command["device"]
        if self.device == "cuda":
            if not torch.cuda.is_available():
                return {"unavailable": "this torch finds no NVIDIA GPU"}
            # A user of (b) and (c) turns it on; the article's code leaves PyTorch's default.
            torch.backends.cudnn.benchmark = command["baseline"] != "article"
        network = command["network"]
        self.model = NETWORKS[network["architecture"]](**network["options"])
        self.model.load_state_dict(read_safetensors(command["weights"]))
        self.model.to(self.device)
        data = read_safetensors(command["data"])
        self.images = (data["images"].float() / 255).to(self.device)
        self.labels = data["labels"].to(self.device)
        loss = loss_in_evaluation(self.model, self.images, self.labels)
        try:
            self.baseline = create_baseline(command["baseline"], self.model, command["attack"], command["variant"], self.device)
        except Unavailable as reason:
            return {"unavailable": str(reason)}
        return {
            "version": torch.__version__,
            "threads": torch.get_num_threads(),
            "deviceName": torch.cuda.get_device_name() if self.device == "cuda" else None,
            "loss": loss,
        }

    def run(self, command):
        attacks = command["work"] == "attack"
        self.synchronize()
        started = time.perf_counter()
        for _ in range(command["repeats"]):
            if attacks:
                found = self.baseline.attack(self.images, self.labels)
            else:
                loss = self.baseline.train(self.images, self.labels).item()
        self.synchronize()
        seconds = time.perf_counter() - started
        peaks = {"peakBytes": peak_bytes(), "peakDeviceBytes": self.peak_on_device()}
        if attacks:
            loss = loss_in_evaluation(self.model, found, self.labels)
        clean = loss_in_evaluation(self.model, self.images, self.labels) if attacks else loss
        return {"seconds": seconds, "loss": loss, "clean": clean, **peaks}

    def synchronize(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def peak_on_device(self):
        return torch.cuda.max_memory_allocated() if self.device == "cuda" else None


if __name__ == "__main__":
    serve(Worker())
