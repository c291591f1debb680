#include "compute/reference/reference.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace compute {
namespace {

template <typename T>
class ReferenceTensor final : public Tensor {
 public:
  ReferenceTensor(Shape shape, bool with_gradient)
      : shape_(shape),
        values_(std::make_shared<std::vector<T>>(shape.elements())),
        gradient_(std::make_shared<std::vector<T>>(with_gradient ? shape.elements() : 0)) {}
  Shape shape() const override { return shape_; }
  std::shared_ptr<Tensor> slice(int first, int channels) override {
    auto part = std::make_shared<ReferenceTensor>(*this);
    part->shape_.channels = channels;
    part->offset_ = offset_ + Shape{first, shape_.height, shape_.width}.elements();
    return part;
  }
  T* values() { return values_->data() + offset_; }
  T* gradient() { return gradient_->empty() ? nullptr : gradient_->data() + offset_; }
  T& at(T* data, int c, int y, int x) const {
    return data[((static_cast<std::size_t>(c / block_channels) * static_cast<std::size_t>(shape_.height) +
                  static_cast<std::size_t>(y)) *
                     static_cast<std::size_t>(shape_.width) +
                 static_cast<std::size_t>(x)) *
                    block_channels +
                static_cast<std::size_t>(c % block_channels)];
  }

 private:
  Shape shape_;
  std::size_t offset_ = 0;
  std::shared_ptr<std::vector<T>> values_, gradient_;
};

template <typename T>
class ReferenceParameter final : public ParameterOf<T> {
 public:
  explicit ReferenceParameter(const ConvolutionSpec& spec)
      : weights(spec.weight_count()),
        bias(static_cast<std::size_t>(spec.out)),
        g_weights(weights.size()),
        g_bias(bias.size()) {}
  void load(std::span<const T> w, std::span<const T> b) override {
    weights.assign(w.begin(), w.end());
    bias.assign(b.begin(), b.end());
  }
  void zero_gradient() override {
    std::fill(g_weights.begin(), g_weights.end(), T(0));
    std::fill(g_bias.begin(), g_bias.end(), T(0));
  }
  void read_gradient(std::span<T> w, std::span<T> b) override {
    std::copy(g_weights.begin(), g_weights.end(), w.begin());
    std::copy(g_bias.begin(), g_bias.end(), b.begin());
  }
  std::vector<T> weights, bias, g_weights, g_bias;
};

template <typename T>
class ReferenceConvolution final : public Operation {
 public:
  ReferenceConvolution(const ConvolutionSpec& spec, TensorPtr source,
                       std::shared_ptr<ParameterOf<T>> parameter, TensorPtr destination)
      : spec_(spec),
        source_(std::static_pointer_cast<ReferenceTensor<T>>(source)),
        destination_(std::static_pointer_cast<ReferenceTensor<T>>(destination)),
        parameter_(std::static_pointer_cast<ReferenceParameter<T>>(parameter)) {}

  void forward() override {
    const Shape to = destination_->shape();
    for (int o = 0; o < spec_.out; ++o)
      for (int y = 0; y < to.height; ++y)
        for (int x = 0; x < to.width; ++x) {
          T sum = parameter_->bias[static_cast<std::size_t>(o)];
          for_taps(o, y, x, [&](std::size_t w, T& value, T&) { sum += parameter_->weights[w] * value; });
          destination_->at(destination_->values(), o, y, x) = spec_.relu ? std::max(sum, T(0)) : sum;
        }
  }

  void backward(bool accumulate) override {
    const Shape from = source_->shape(), to = destination_->shape();
    if (!accumulate) std::fill_n(source_->gradient(), from.elements(), T(0));
    for (int o = 0; o < spec_.out; ++o)
      for (int y = 0; y < to.height; ++y)
        for (int x = 0; x < to.width; ++x) {
          const T g = destination_->at(destination_->gradient(), o, y, x);
          if (spec_.relu && !(destination_->at(destination_->values(), o, y, x) > 0)) continue;
          parameter_->g_bias[static_cast<std::size_t>(o)] += g;
          for_taps(o, y, x, [&](std::size_t w, T& value, T& g_value) {
            parameter_->g_weights[w] += g * value;
            g_value += g * parameter_->weights[w];
          });
        }
  }

 private:
  /// Calls visit(index of the weight, source value, source gradient) for every tap inside the picture.
  template <typename Visit>
  void for_taps(int o, int y, int x, const Visit& visit) {
    const Shape from = source_->shape();
    const bool graded = source_->gradient() != nullptr;
    T unused = 0;
    const int k = spec_.kernel, pad = k / 2;
    for (int i = 0; i < spec_.in; ++i)
      for (int ky = 0; ky < k; ++ky)
        for (int kx = 0; kx < k; ++kx) {
          const int sy = y * spec_.stride + ky - pad, sx = x * spec_.stride + kx - pad;
          if (sy < 0 || sx < 0 || sy >= from.height || sx >= from.width) continue;
          visit(static_cast<std::size_t>(((o * spec_.in + i) * k + ky) * k + kx),
                source_->at(source_->values(), i, sy, sx),
                graded ? source_->at(source_->gradient(), i, sy, sx) : unused);
        }
  }

  ConvolutionSpec spec_;
  std::shared_ptr<ReferenceTensor<T>> source_, destination_;
  std::shared_ptr<ReferenceParameter<T>> parameter_;
};

template <typename T>
class ReferenceUpsample final : public Operation {
 public:
  ReferenceUpsample(TensorPtr source, TensorPtr destination)
      : source_(std::static_pointer_cast<ReferenceTensor<T>>(source)),
        destination_(std::static_pointer_cast<ReferenceTensor<T>>(destination)) {}
  void forward() override {
    each([&](int c, int y, int x) {
      destination_->at(destination_->values(), c, y, x) = source_->at(source_->values(), c, y / 2, x / 2);
    });
  }
  void backward(bool accumulate) override {
    if (!accumulate) std::fill_n(source_->gradient(), source_->shape().elements(), T(0));
    each([&](int c, int y, int x) {
      source_->at(source_->gradient(), c, y / 2, x / 2) +=
          destination_->at(destination_->gradient(), c, y, x);
    });
  }

 private:
  template <typename Visit>
  void each(const Visit& visit) {
    const Shape to = destination_->shape();
    for (int c = 0; c < to.channels; ++c)
      for (int y = 0; y < to.height; ++y)
        for (int x = 0; x < to.width; ++x) visit(c, y, x);
  }
  std::shared_ptr<ReferenceTensor<T>> source_, destination_;
};

class HostMemory final : public Memory {
 public:
  explicit HostMemory(std::size_t bytes) : bytes_(bytes) {}
  void* data() override { return bytes_.data(); }

 private:
  std::vector<std::byte> bytes_;
};

template <typename T>
class Reference final : public BackendOf<T> {
 public:
  std::string description() const override { return "reference (plain loops)"; }
  Precision precision() const override { return Precision::f32; }
  std::unique_ptr<Memory> allocate(std::size_t bytes) override { return std::make_unique<HostMemory>(bytes); }
  TensorPtr tensor(Shape shape, bool with_gradient, bool) override {
    return std::make_shared<ReferenceTensor<T>>(shape, with_gradient);
  }
  std::shared_ptr<ParameterOf<T>> parameter(const ConvolutionSpec& spec) override {
    return std::make_shared<ReferenceParameter<T>>(spec);
  }
  std::unique_ptr<Operation> convolution(const ConvolutionSpec& spec, TensorPtr source,
                                         std::shared_ptr<ParameterOf<T>> parameter, TensorPtr destination,
                                         bool) override {
    return std::make_unique<ReferenceConvolution<T>>(spec, source, parameter, destination);
  }
  std::unique_ptr<Operation> upsample(TensorPtr source, TensorPtr destination) override {
    return std::make_unique<ReferenceUpsample<T>>(source, destination);
  }
  void write(Tensor& t, const T* values) override {
    std::copy_n(values, t.shape().elements(), as(t).values());
  }
  void read(Tensor& t, T* values) override { std::copy_n(as(t).values(), t.shape().elements(), values); }
  void write_gradient(Tensor& t, const T* values) override {
    std::copy_n(values, t.shape().elements(), as(t).gradient());
  }
  void read_gradient(Tensor& t, T* values) override {
    std::copy_n(as(t).gradient(), t.shape().elements(), values);
  }
  std::unique_ptr<Passes> passes(const PassFamily& family) override {
    return std::make_unique<HostPasses>(plain_loops(family));
  }
  void finish() override {}

 private:
  static ReferenceTensor<T>& as(Tensor& tensor) { return static_cast<ReferenceTensor<T>&>(tensor); }
};

}  // namespace

template <typename T>
std::unique_ptr<BackendOf<T>> make_reference() {
  return std::make_unique<Reference<T>>();
}
template std::unique_ptr<BackendOf<float>> make_reference<float>();
template std::unique_ptr<BackendOf<double>> make_reference<double>();

std::vector<float> convolve_by_reference(const ConvolutionSpec& spec, Shape from,
                                         std::span<const float> values, std::span<const float> weights,
                                         std::span<const float> bias) {
  const Shape to{spec.out, (from.height - 1) / spec.stride + 1, (from.width - 1) / spec.stride + 1};
  const auto reference = make_reference<float>();
  const auto source = reference->tensor(from, false), destination = reference->tensor(to, false);
  const auto parameter = reference->parameter(spec);
  parameter->load(weights, bias);
  reference->write(*source, values.data());
  reference->convolution(spec, source, parameter, destination, false)->forward();
  std::vector<float> result(to.elements());
  reference->read(*destination, result.data());
  return result;
}

}  // namespace compute
