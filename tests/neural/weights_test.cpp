// Weights files: a round trip, and thirty ways for one to be broken.

#include "neural/upscale/plan.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <limits>

#include "core/error.h"
#include "core/file.h"
#include "tests/support/scratch.h"

namespace {

using neural::TensorFile;
using neural::Weights;

std::string error_of(const std::vector<std::byte>& bytes) {
  return testing_support::message_of(
      [&] { neural::weights_from(neural::parse_safetensors(bytes, "w"), "w"); });
}

std::vector<std::byte> with_header(const std::string& header, std::size_t data_bytes = 0) {
  std::vector<std::byte> bytes(8 + header.size() + data_bytes);
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

TEST(Weights, RoundTrip) {
  Weights weights = neural::initial_weights(7);
  weights.metadata["training"] = R"({"seed": 7})";
  const auto file = testing_support::scratch() / "weights.safetensors";
  neural::save_weights(file, weights);
  const Weights again = neural::load_weights(file);
  EXPECT_EQ(again.values, weights.values);
  EXPECT_EQ(again.metadata.at("training"), weights.metadata.at("training"));
  EXPECT_LT(std::filesystem::file_size(file), 1'000'000u);
}

TEST(Weights, TheSameSeedGivesTheSame) {
  EXPECT_EQ(neural::initial_weights(7).values, neural::initial_weights(7).values);
  EXPECT_NE(neural::initial_weights(7).values, neural::initial_weights(8).values);
}

TEST(Weights, BrokenFilesAreNamed) {
  const TensorFile good = neural::to_tensor_file(neural::initial_weights(1));
  const std::vector<std::byte> bytes = neural::format_safetensors(good);
  ASSERT_EQ(error_of(bytes), "");
  const auto edited = [&](const std::function<void(TensorFile&)>& edit) {
    TensorFile file = good;
    edit(file);
    return neural::format_safetensors(file);
  };
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    std::string header(reinterpret_cast<const char*>(bytes.data()) + 8, length);
    const std::size_t at = header.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    header.replace(at, from.size(), to);
    std::vector<std::byte> result = with_header(header);
    result.insert(result.end(), bytes.begin() + 8 + static_cast<std::ptrdiff_t>(length), bytes.end());
    return result;
  };
  const auto changed = [&](const std::function<void(std::vector<std::byte>&)>& change) {
    std::vector<std::byte> result = bytes;
    change(result);
    return result;
  };
  const auto cut = [&](std::size_t count) {
    return std::vector<std::byte>(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
  };
  const std::string first = R"("bottom.bias":{"data_offsets":[0,128],"dtype":"F32","shape":[32]})";
  const float nan = std::numeric_limits<float>::quiet_NaN(),
              infinity = std::numeric_limits<float>::infinity();

  struct Case {
    const char* what;
    std::vector<std::byte> file;
    const char* says;
  };
  const std::vector<Case> cases = {
      {"empty", {}, "not a safetensors"},
      {"seven bytes", cut(7), "not a safetensors"},
      {"only a length", cut(8), "cut short"},
      {"header cut", cut(100), "cut short"},
      {"data cut", cut(bytes.size() - 4), "'up_quarter.weight' lies outside"},
      {"data cut early", cut(bytes.size() - 400000), "' lies outside"},
      {"bytes after the end", changed([](auto& b) { b.resize(b.size() + 4); }), "belong to none"},
      {"header length of 2^63", changed([](auto& b) { b[7] = std::byte{0x80}; }), "claims"},
      {"header length a megabyte", changed([](auto& b) { b[2] = std::byte{0x20}; }), "claims"},
      {"text", with_header("hello"), "not valid JSON"},
      {"a JSON list", with_header("[]"), "not a JSON object"},
      {"a JSON number", with_header("1"), "not a JSON object"},
      {"deep nesting", with_header(std::string(5000, '[')), "nested more than 100 levels deep"},
      {"no tensors", with_header("{}"), "'squeeze.weight' is missing"},
      {"a picture", with_header("\x89PNG\r\n\x1a\n"), "not valid JSON"},
      {"NaN", edited([&](TensorFile& f) { f.tensors["head.bias"].values[3] = nan; }),
       "'head.bias' holds a value that is not finite"},
      {"infinity", edited([&](TensorFile& f) { f.tensors["mix.weight"].values[0] = -infinity; }),
       "'mix.weight' holds"},
      {"missing", edited([](TensorFile& f) { f.tensors.erase("full.weight"); }), "'full.weight' is missing"},
      {"one too many", edited([](TensorFile& f) {
         f.tensors["extra"] = {{1}, {0.0f}};
       }),
       "'extra' belongs to no layer"},
      {"wrong shape", edited([](TensorFile& f) {
         f.tensors["head.bias"] = {{2}, {0, 0}};
       }),
       "'head.bias' has shape [2] where the network needs"},
      {"transposed", edited([](TensorFile& f) {
         f.tensors["half.weight"].shape = {16, 32, 3, 3};
       }),
       "'half.weight' has shape"},
      {"wrong dtype", replaced(first, R"("bottom.bias":{"data_offsets":[0,128],"dtype":"F64","shape":[16]})"),
       "'bottom.bias' has dtype"},
      {"dtype a number", replaced(first, R"("bottom.bias":{"data_offsets":[0,128],"dtype":32,"shape":[32]})"),
       "'bottom.bias' has dtype"},
      {"bytes do not match the shape",
       replaced(first, R"("bottom.bias":{"data_offsets":[0,128],"dtype":"F32","shape":[33]})"),
       "'bottom.bias' has 128 bytes"},
      {"offsets the wrong way round",
       replaced(first, R"("bottom.bias":{"data_offsets":[128,0],"dtype":"F32","shape":[32]})"),
       "'bottom.bias' lies outside"},
      {"offsets beyond the end",
       replaced(first, R"("bottom.bias":{"data_offsets":[0,99999999],"dtype":"F32","shape":[32]})"),
       "'bottom.bias' lies outside"},
      {"overlap", replaced(first, R"("bottom.bias":{"data_offsets":[64,192],"dtype":"F32","shape":[32]})"),
       "belong to no tensor"},
      {"overlap with the next", replaced(R"("data_offsets":[128,)", R"("data_offsets":[0,)"),
       "'bottom.weight' has"},
      {"two tensors on the same bytes",
       replaced(first, first + R"(,"extra":{"data_offsets":[0,128],"dtype":"F32","shape":[32]})"),
       "overlaps the one before it"},
      {"negative offset",
       replaced(first, R"("bottom.bias":{"data_offsets":[-1,127],"dtype":"F32","shape":[32]})"),
       "'bottom.bias' has a data offset"},
      {"fractional shape",
       replaced(first, R"("bottom.bias":{"data_offsets":[0,128],"dtype":"F32","shape":[32.5]})"),
       "'bottom.bias' has a shape"},
      {"overflowing shape",
       replaced(first,
                R"("bottom.bias":{"data_offsets":[0,128],"dtype":"F32","shape":[4294967296,4294967296]})"),
       "'bottom.bias' is too large"},
      {"three offsets",
       replaced(first, R"("bottom.bias":{"data_offsets":[0,64,128],"dtype":"F32","shape":[32]})"),
       "'bottom.bias' has data_offsets"},
      {"no offsets", replaced(first, R"("bottom.bias":{"dtype":"F32","shape":[32]})"), "'bottom.bias' lacks"},
      {"named twice", replaced(first, first + "," + first), "'bottom.bias' is named twice"},
      {"metadata not text", replaced(R"("__metadata__":{)", R"("__metadata__":{"a":1,)"),
       "'a' is not a string"},
  };
  EXPECT_GE(cases.size(), 30u);
  for (const Case& c : cases) {
    const std::string error = error_of(c.file);
    EXPECT_NE(error.find(c.says), std::string::npos) << c.what << ": " << error;
    EXPECT_EQ(error.find('\n'), std::string::npos) << c.what << ": " << error;
  }
}

TEST(Weights, FilesThatCannotBeReadAreNamed) {
  for (const char* path : {"/nonexistent.safetensors", "/tmp"}) {
    try {
      neural::load_weights(path);
      FAIL() << path;
    } catch (const core::Error& error) {
      EXPECT_NE(std::string(error.what()).find(path), std::string::npos);
    }
  }
}

/// Every byte flipped in the header's neighbourhood: an error or a clean read, never a crash.
TEST(Weights, FlippedBytesNeverCrash) {
  const std::vector<std::byte> bytes =
      neural::format_safetensors(neural::to_tensor_file(neural::initial_weights(1)));
  for (std::size_t i = 0; i < 2500; i += 3) {
    std::vector<std::byte> broken = bytes;
    broken[i] ^= std::byte{static_cast<unsigned char>(1 + i % 255)};
    (void)error_of(broken);
  }
}

}  // namespace
