// Random numbers: a counter-based generator that belongs to examples, and LibTorch's own generators.
#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <array>

#include "bridge.h"

namespace saddlepoint {

namespace {

using Block = std::array<uint32_t, 4>;

// Philox-4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011).
Block philox(Block counter, uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; round += 1) {
    const uint64_t product0 = uint64_t{0xD2511F53} * counter[0];
    const uint64_t product1 = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key0, static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key1, static_cast<uint32_t>(product0)};
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  return counter;
}

// fillUniform(tensor, key low, key high, example indices): row i of the float32 CPU tensor receives the
// stream of example indices[i], uniform on [0, 1) in steps of 2^-24. A row depends on the key and its
// own index alone, never on the rows beside it.
napi_value fill_uniform(Call& call) {
  const at::Tensor tensor = call.tensor(0, "tensor");
  const auto key0 = static_cast<uint32_t>(call.integer(1, "key"));
  const auto key1 = static_cast<uint32_t>(call.integer(2, "key"));
  const at::Tensor indices = call.tensor(3, "indices").contiguous();
  if (tensor.scalar_type() != at::kFloat || !tensor.is_cpu() || !tensor.is_contiguous() || tensor.dim() < 1) {
    fail_argument("expected a contiguous float32 CPU tensor with at least one dimension to fill");
  }
  if (indices.scalar_type() != at::kLong || !indices.is_cpu() || indices.dim() != 1 ||
      indices.size(0) != tensor.size(0)) {
    fail_argument("expected one int64 index on the CPU for each of the " + std::to_string(tensor.size(0)) + " rows");
  }
  const int64_t rows = tensor.size(0);
  const int64_t width = rows == 0 ? 0 : tensor.numel() / rows;
  float* values = tensor.data_ptr<float>();
  const int64_t* index = indices.data_ptr<int64_t>();
  const int64_t grain = std::max<int64_t>(1, 16384 / std::max<int64_t>(1, width));
  at::parallel_for(0, rows, grain, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row += 1) {
      const auto example = static_cast<uint64_t>(index[row]);
      float* target = values + row * width;
      for (int64_t start = 0; start < width; start += 4) {
        const auto block = static_cast<uint64_t>(start / 4);
        const Block bits = philox({static_cast<uint32_t>(block), static_cast<uint32_t>(block >> 32),
                                   static_cast<uint32_t>(example), static_cast<uint32_t>(example >> 32)},
                                  key0, key1);
        const int64_t here = std::min<int64_t>(4, width - start);
        for (int64_t i = 0; i < here; i += 1) target[start + i] = (bits[i] >> 8) * 0x1p-24f;
      }
    }
  });
  return undefined(call.env);
}

// createGenerator(device, seed) => id. A clone of the device's default generator is LibTorch's only way
// to make one that needs no device headers; the default itself is left as it was.
napi_value create_generator(Call& call) {
  const auto device = read_device(call.text(0, "device"));
  const auto seed = static_cast<uint64_t>(call.integer(1, "seed"));
  at::Generator generator = at::globalContext().defaultGenerator(device).clone();
  generator.set_current_seed(seed);
  auto& generators = call.environment.generators;
  auto& vacant = call.environment.vacant_generators;
  size_t index = generators.size();
  if (!vacant.empty()) {
    index = vacant.back();
    vacant.pop_back();
    generators[index] = std::move(generator);
  } else {
    generators.push_back(std::move(generator));
  }
  return to_js(call.env, static_cast<int64_t>(index));
}

napi_value free_generator(Call& call) {
  const int64_t index = call.integer(0, "generator");
  auto& generators = call.environment.generators;
  if (index < 0 || static_cast<size_t>(index) >= generators.size() || !generators[index].defined()) {
    return to_js(call.env, false);
  }
  generators[index] = at::Generator();
  call.environment.vacant_generators.push_back(static_cast<size_t>(index));
  return to_js(call.env, true);
}

}  // namespace

void export_random(ExportTable& table) {
  table.insert(table.end(), {{"fillUniform", guarded<fill_uniform>},
                             {"createGenerator", guarded<create_generator>},
                             {"freeGenerator", guarded<free_generator>}});
}

}  // namespace saddlepoint
