// Upscales a captured sequence with the installed library, outside of Neuraster: what an engine that brings
// its own frames would do. Captured by `neuraster capture SCENE --out DIR`.
//
//   upscale_sequence WEIGHTS.safetensors SHARD.nrs OUT_FOLDER
//
// Writes OUT_FOLDER/frame_NNNN.ppm, each output beside its truth, and prints how near it came.

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "compute/backend.h"
#include "neural/train/loss.h"
#include "neural/train/sequence_file.h"
#include "neural/upscale/pixel/color.h"
#include "neural/upscale/plan.h"
#include "neural/upscale/upscaler.h"

namespace {

using Picture = std::vector<core::f16>;  // [height][width][4], linear

std::vector<float> as_floats(const Picture& picture) {
  std::vector<float> values;
  for (const core::f16 half : picture) values.push_back(compute::pixel::from_half(half));
  return values;
}

/// Two pictures side by side, display-encoded.
void write_ppm(const std::filesystem::path& path, core::Size size, const std::vector<float>& left,
               const std::vector<float>& right) {
  std::ofstream file(path, std::ios::binary);
  file << "P6\n" << 2 * size.width << " " << size.height << "\n255\n";
  for (int y = 0; y < size.height; ++y)
    for (const auto* picture : {&left, &right})
      for (int x = 0; x < size.width; ++x) {
        float encoded[3];
        neural::display_encode(&(*picture)[4 * static_cast<std::size_t>(y * size.width + x)], encoded);
        for (const float c : encoded) file.put(static_cast<char>(static_cast<int>(c * 255.0f + 0.5f)));
      }
}

void upscale(compute::Backend& backend, const neural::Weights& weights,
             const neural::TrainingSequence& sequence, const std::filesystem::path& folder) {
  const core::Size output = sequence.frames.front().info.output;
  const auto pixels = static_cast<std::size_t>(output.width) * static_cast<std::size_t>(output.height);
  neural::Upscaler upscaler(backend, weights, output);
  // The output of one frame is the history of the next: two buffers that change places.
  Picture picture(4 * pixels), history(4 * pixels);
  double squares = 0;
  int number = 0;
  for (const neural::TrainingFrame& frame : sequence.frames) {
    core::FrameIo io = frame.io();
    io.history = history.data();
    io.history_size = output;
    io.output = picture.data();
    upscaler.process(io);
    const std::vector<float> generated = as_floats(picture), truth = as_floats(frame.truth);
    for (const float e : neural::display_error(generated.data(), frame.truth.data(), pixels))
      squares += static_cast<double>(e) * e;
    char name[32];
    std::snprintf(name, sizeof name, "frame_%04d.ppm", number++);
    write_ppm(folder / name, output, generated, truth);
    std::swap(picture, history);
  }
  std::printf("%s: %d frames, %.2f dB\n", sequence.scene.c_str(), number,
              neural::psnr_of_errors(squares, 3 * pixels * sequence.frames.size()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s WEIGHTS.safetensors SHARD.nrs OUT_FOLDER\n", argv[0]);
    return 2;
  }
  try {
    const auto precision = compute::backend_supports("cpu", compute::Precision::bf16)
                               ? compute::Precision::bf16
                               : compute::Precision::f32;
    const auto backend = compute::open_backend("cpu", {0, precision});
    const neural::Weights weights = neural::load_weights(argv[1]);
    int number = 0;
    for (const neural::TrainingSequence& sequence : neural::read_shard(argv[2])) {
      const auto folder = std::filesystem::path(argv[3]) / ("sequence_" + std::to_string(number++));
      std::filesystem::create_directories(folder);
      upscale(*backend, weights, sequence, folder);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
