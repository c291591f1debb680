#include "core/picture/image_io.h"

#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfIO.h>
#include <ImfInputFile.h>
#include <ImfOutputFile.h>
#include <png.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "core/error.h"
#include "core/file.h"

namespace core {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_written = std::size_t{1} << 28;
// A broken header must not eat the memory.
constexpr std::size_t most_read = std::size_t{1} << 26, max_channels = 64;

/// libpng's simplified interface: no longjmp through our frames.
struct PngImage {
  PngImage() {
    std::memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
  }
  ~PngImage() { png_image_free(&image); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
  png_image image;
};

/// An EXR file in memory, so that it gets to disk as every other file does.
class MemoryStream final : public Imf::OStream {
 public:
  MemoryStream() : Imf::OStream("memory") {}
  void write(const char* bytes, int count) override {
    const auto size = static_cast<std::size_t>(count);
    bytes_.resize(std::max(bytes_.size(), at_ + size));
    std::memcpy(bytes_.data() + at_, bytes, size);
    at_ += size;
  }
  std::uint64_t tellp() override { return at_; }
  void seekp(std::uint64_t position) override { at_ = position; }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
  std::size_t at_ = 0;
};

void check_size(const fs::path& path, const char* verb, std::int64_t width, std::int64_t height,
                std::size_t most) {
  if (width <= 0 || height <= 0 || static_cast<std::size_t>(width) > most / static_cast<std::size_t>(height))
    fail("cannot {} '{}': its size of {} x {} pixels is out of range", verb, path.string(), width, height);
}

/// Checks what a header says against the size that the picture must have, if any.
void check_read_size(const fs::path& path, std::int64_t width, std::int64_t height, Size expected) {
  // A size that is asked for may be any that is written.
  check_size(path, "read", width, height, expected == Size{} ? most_read : most_written);
  if (expected != Size{} && (width != expected.width || height != expected.height))
    fail("'{}' is {} x {} pixels large; it must be {} x {}", path.string(), width, height, expected.width,
         expected.height);
}

std::byte to_byte(float value) {
  // The comparison is false for NaN, which becomes 0.
  return static_cast<std::byte>(value > 0 ? static_cast<int>(std::min(value, 1.0f) * 255 + 0.5f) : 0);
}

}  // namespace

void write_png(const fs::path& path, int width, int height, std::span<const std::byte> rgb8) {
  check_size(path, "write", width, height, most_written);
  if (rgb8.size() != 3 * static_cast<std::size_t>(width) * height)
    fail("cannot write '{}': {} bytes are no {} x {} picture", path.string(), rgb8.size(), width, height);
  PngImage png;
  png.image.width = static_cast<png_uint_32>(width);
  png.image.height = static_cast<png_uint_32>(height);
  png.image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png.image);
  std::vector<std::byte> file(size);
  if (!png_image_write_to_memory(&png.image, file.data(), &size, 0, rgb8.data(), 0, nullptr))
    fail("cannot write '{}': {}", path.string(), png.image.message);
  write_file(path, std::span<const std::byte>(file.data(), size));
}

void write_png(const fs::path& path, const Image& image) {
  std::vector<std::byte> bytes(image.rgb.size());
  std::transform(image.rgb.begin(), image.rgb.end(), bytes.begin(), to_byte);
  write_png(path, image.width, image.height, bytes);
}

namespace {

void begin_png(PngImage& png, const fs::path& path, const std::vector<std::byte>& file, Size expected) {
  if (!png_image_begin_read_from_memory(&png.image, file.data(), file.size()))
    fail("cannot read '{}' as PNG: {}", path.string(), png.image.message);
  check_read_size(path, png.image.width, png.image.height, expected);
}

/// The window of pixels that the file holds.
Size exr_size(const fs::path& path, const Imf::InputFile& file, Size expected) {
  const Imath::Box2i window = file.header().dataWindow();
  const auto width = std::int64_t{window.max.x} - window.min.x + 1;
  const auto height = std::int64_t{window.max.y} - window.min.y + 1;
  check_read_size(path, width, height, expected);
  return {static_cast<int>(width), static_cast<int>(height)};
}

}  // namespace

Size picture_size(const fs::path& path) {
  if (path.extension() != ".exr") {
    const std::vector<std::byte> file = read_file(path, file_limit::picture);
    PngImage png;
    begin_png(png, path, file, {});
    return {static_cast<int>(png.image.width), static_cast<int>(png.image.height)};
  }
  require_regular_file(path, file_limit::picture);
  try {
    return exr_size(path, Imf::InputFile(path.c_str()), {});
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    fail("cannot read '{}' as EXR: {}", path.string(), error.what());
  }
}

Image read_png(const fs::path& path, Size expected) {
  const std::vector<std::byte> file = read_file(path, file_limit::picture);
  PngImage png;
  begin_png(png, path, file, expected);
  png.image.format = PNG_FORMAT_RGBA;            // without it alpha would be composited
  png.image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // 16-bit files without a gamma chunk are encoded too
  std::vector<std::uint8_t> rgba(PNG_IMAGE_SIZE(png.image));
  if (!png_image_finish_read(&png.image, nullptr, rgba.data(), 0, nullptr))
    fail("cannot read '{}' as PNG: {}", path.string(), png.image.message);
  Image image(static_cast<int>(png.image.width), static_cast<int>(png.image.height));
  for (std::size_t i = 0; i < image.pixels(); ++i)
    for (std::size_t c = 0; c < 3; ++c) image.rgb[3 * i + c] = static_cast<float>(rgba[4 * i + c]) / 255;
  return image;
}

void write_exr(const fs::path& path, int width, int height, std::span<const ExrChannel> channels) {
  check_size(path, "write", width, height, most_written);
  Imf::Header header(width, height);
  header.compression() = Imf::ZIP_COMPRESSION;
  Imf::FrameBuffer buffer;
  for (const ExrChannel& channel : channels) {
    const Imf::PixelType type = channel.type == ExrType::half ? Imf::HALF : Imf::FLOAT;
    header.channels().insert(channel.name, Imf::Channel(type));
    // A slice's base is not const because the same type serves reading; OutputFile only reads from it.
    char* base = static_cast<char*>(const_cast<void*>(channel.data));
    buffer.insert(channel.name, Imf::Slice(type, base, channel.stride, channel.stride * width));
  }
  MemoryStream stream;
  try {
    Imf::OutputFile file(stream, header);
    file.setFrameBuffer(buffer);
    file.writePixels(height);
  } catch (const std::exception& error) {
    fail("cannot write '{}': {}", path.string(), error.what());
  }
  write_file(path, stream.bytes());
}

void write_exr(const fs::path& path, const Image& image) {
  const std::size_t stride = 3 * sizeof(float);
  const ExrChannel channels[] = {{"R", ExrType::full, image.rgb.data(), stride},
                                 {"G", ExrType::full, image.rgb.data() + 1, stride},
                                 {"B", ExrType::full, image.rgb.data() + 2, stride}};
  write_exr(path, image.width, image.height, channels);
}

ExrImage read_exr(const fs::path& path, Size expected) {
  require_regular_file(path, file_limit::picture);  // says in our words what is wrong
  ExrImage image;
  try {
    Imf::InputFile file(path.c_str());
    const Imath::Box2i window = file.header().dataWindow();
    const auto [width, height] = exr_size(path, file, expected);
    image.width = width;
    image.height = height;
    Imf::FrameBuffer buffer;
    const Imf::ChannelList& list = file.header().channels();
    for (auto channel = list.begin(); channel != list.end(); ++channel) {
      if (channel.channel().xSampling != 1 || channel.channel().ySampling != 1)
        fail("cannot read '{}': channel {} is subsampled", path.string(), channel.name());
      if (image.channels.size() == max_channels)
        fail("cannot read '{}': it has more than {} channels", path.string(), max_channels);
      std::vector<float>& values = image.channels[channel.name()];
      values.resize(area(Size{width, height}));
      buffer.insert(channel.name(), Imf::Slice::Make(Imf::FLOAT, values.data(), window, sizeof(float),
                                                     sizeof(float) * static_cast<std::size_t>(width)));
    }
    file.setFrameBuffer(buffer);
    file.readPixels(window.min.y, window.max.y);
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    fail("cannot read '{}' as EXR: {}", path.string(), error.what());
  }
  return image;
}

Image ExrImage::rgb() const {
  Image image(width, height);
  std::size_t c = 0;
  for (const char* name : {"R", "G", "B"}) {
    const auto channel = channels.find(name);
    if (channel == channels.end()) fail("the EXR picture has no channel {}", name);
    for (std::size_t i = 0; i < image.pixels(); ++i) image.rgb[3 * i + c] = channel->second[i];
    ++c;
  }
  return image;
}

}  // namespace core
