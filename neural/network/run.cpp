#include "neural/network/run.h"

#include "core/error.h"

namespace neural {

template <typename T>
Parameters<T>::Parameters(BackendOf<T>& backend, const NetworkPlan& plan) : plan_(plan) {
  for (const Layer& layer : plan.layers())
    list_.push_back(layer.kind == Layer::Kind::convolution ? backend.parameter(layer.spec) : nullptr);
}

template <typename T>
void Parameters<T>::load(std::span<const T> flat) {
  for (std::size_t i = 0; i < list_.size(); ++i) {
    const Layer& layer = plan_.layers()[i];
    if (list_[i])
      list_[i]->load(flat.subspan(layer.first_weight, layer.spec.weight_count()),
                     flat.subspan(layer.first_bias, static_cast<std::size_t>(layer.spec.out)));
  }
}

template <typename T>
void Parameters<T>::zero_gradient() {
  for (auto& one : list_)
    if (one) one->zero_gradient();
}

template <typename T>
void Parameters<T>::read_gradient(std::span<T> flat) {
  for (std::size_t i = 0; i < list_.size(); ++i) {
    const Layer& layer = plan_.layers()[i];
    if (list_[i])
      list_[i]->read_gradient(flat.subspan(layer.first_weight, layer.spec.weight_count()),
                              flat.subspan(layer.first_bias, static_cast<std::size_t>(layer.spec.out)));
  }
}

template <typename T>
NetworkRun<T>::NetworkRun(BackendOf<T>& backend, const NetworkPlan& plan, const Parameters<T>& parameters,
                          Size padded, bool training, const compute::PassFamily* beside)
    : backend_(backend), plan_(plan), tensors_(plan.values().size()) {
  if (!training && beside) fused_ = backend.fuse(*beside, plan, parameters.list());
  if (fused_) return;
  // A whole comes after its parts in the list, so a loop backwards makes every parent before its parts.
  for (std::size_t i = tensors_.size(); i-- > 0;) {
    const Value& value = plan.values()[i];
    tensors_[i] =
        value.parent >= 0
            ? tensors_[static_cast<std::size_t>(value.parent)]->slice(value.first_channel, value.channels)
            : backend.tensor({value.channels, padded.height >> value.level, padded.width >> value.level},
                             training, i + 1 == tensors_.size());
  }
  for (std::size_t i = 0; i < plan.layers().size(); ++i) {
    const Layer& layer = plan.layers()[i];
    const TensorPtr source = tensors_[static_cast<std::size_t>(layer.source)];
    const TensorPtr destination = tensors_[static_cast<std::size_t>(layer.destination)];
    operations_.push_back(
        layer.kind == Layer::Kind::upsample
            ? backend.upsample(source, destination)
            : backend.convolution(layer.spec, source, parameters.of(i), destination, training));
  }
  std::vector<bool> written(tensors_.size(), false);
  accumulate_.resize(operations_.size());
  for (std::size_t i = operations_.size(); i-- > 0;) {
    const auto source = static_cast<std::size_t>(plan.layers()[i].source);
    accumulate_[i] = written[source];
    written[source] = true;
    for (std::size_t k = 0; k < tensors_.size(); ++k)
      if (plan.values()[k].parent == static_cast<int>(source)) written[k] = true;
  }
}

template <typename T>
void NetworkRun<T>::forward(void* features, Precision precision, T* head) {
  Tensor& result = *tensors_[static_cast<std::size_t>(plan_.layers().back().destination)];
  if (!backend_.alias(*tensors_.front(), features, precision)) {
    if (precision != Precision::f32) core::fail("this backend takes the network's input as f32 only");
    backend_.write(*tensors_.front(), static_cast<const T*>(features));
  }
  const bool in_place = backend_.alias(result, head, Precision::f32);
  for (auto& operation : operations_) operation->forward();
  if (!in_place) backend_.read(result, head);
}

template <typename T>
void NetworkRun<T>::backward(const T* g_head, T* g_features) {
  backend_.write_gradient(*tensors_[static_cast<std::size_t>(plan_.layers().back().destination)], g_head);
  for (std::size_t i = operations_.size(); i-- > 0;) operations_[i]->backward(accumulate_[i]);
  backend_.read_gradient(*tensors_.front(), g_features);
}

template <typename T>
std::vector<T> NetworkRun<T>::value_of_layer(std::size_t layer) {
  Tensor& tensor = *tensors_[static_cast<std::size_t>(plan_.layers()[layer].destination)];
  std::vector<T> values(tensor.shape().elements());
  const auto memory = backend_.allocate(values.size() * sizeof(T));
  backend_.read(tensor, static_cast<T*>(memory->data()));
  backend_.copy_out(values.data(), memory->data(), values.size() * sizeof(T));
  return values;
}

template <typename T>
std::vector<std::string> NetworkRun<T>::implementations() const {
  std::vector<std::string> names;
  for (const auto& operation : operations_) names.push_back(operation->implementation());
  return names;
}

template class Parameters<float>;
template class Parameters<double>;
template class NetworkRun<float>;
template class NetworkRun<double>;

}  // namespace neural
