// The functions of cuDNN that the backend calls, as plain loops on the simulator's streams. Shapes, strides
// and scales are as cuDNN 9 describes them; the speed is not.

#include <cuda_fp16.h>
#include <cudnn.h>

#include <algorithm>
#include <vector>

#include "runtime.h"

namespace {

/// Says where element (c, y, x) of one picture, or of one output channel's weights, lies.
struct Layout {
  bool half = false;
  int n = 0, c = 0, h = 0, w = 0;
  std::ptrdiff_t n_step = 0, c_step = 0, h_step = 0, w_step = 0;

  bool set(cudnnTensorFormat_t format, cudnnDataType_t type, int n_, int c_, int h_, int w_) {
    if ((type != CUDNN_DATA_HALF && type != CUDNN_DATA_FLOAT) || n_ < 1 || c_ < 1 || h_ < 1 || w_ < 1)
      return false;
    half = type == CUDNN_DATA_HALF;
    n = n_, c = c_, h = h_, w = w_;
    n_step = std::ptrdiff_t{c} * h * w;
    if (format == CUDNN_TENSOR_NHWC)
      c_step = 1, w_step = c, h_step = std::ptrdiff_t{c} * w;
    else
      c_step = std::ptrdiff_t{h} * w, w_step = 1, h_step = w;
    return true;
  }
  std::ptrdiff_t at(int i, int channel, int y, int x) const {
    return i * n_step + channel * c_step + y * h_step + x * w_step;
  }
};

float load(const void* data, bool half, std::ptrdiff_t at) {
  return half ? __half2float(static_cast<const __half*>(data)[at]) : static_cast<const float*>(data)[at];
}
void store(void* data, bool half, std::ptrdiff_t at, float value) {
  if (half)
    static_cast<__half*>(data)[at] = __float2half_rn(value);
  else
    static_cast<float*>(data)[at] = value;
}
/// Computes y = alpha * x + beta * y; an operand with factor 0 is not read.
void blend(void* data, bool half, std::ptrdiff_t at, float alpha, float value, float beta) {
  store(data, half, at, alpha * value + (beta == 0 ? 0 : beta * load(data, half, at)));
}
float scale(const void* scalar) {
  return *static_cast<const float*>(scalar);
}

}  // namespace

struct cudnnContext {
  cudaStream_t stream = nullptr;
};
struct cudnnTensorStruct {
  Layout layout;
};
struct cudnnFilterStruct {
  Layout layout;
};
struct cudnnConvolutionStruct {
  int pad = 0, stride = 1;
};
struct cudnnActivationStruct {
  bool relu = false;
};

namespace {

/// The shape of one convolution, copied because descriptors may change before the stream runs it.
struct Shape {
  Layout x, w, y;
  int pad, stride;
  bool fits() const {
    return x.n == 1 && y.n == 1 && w.c == x.c && w.n == y.c && x.half == w.half && x.half == y.half &&
           y.h == (x.h + 2 * pad - w.h) / stride + 1 && y.w == (x.w + 2 * pad - w.w) / stride + 1;
  }
  /// Calls f(y, x, source y, source x) for every output pixel that has a source for the tap at (ky, kx).
  template <typename F>
  void pixels(int ky, int kx, const F& f) const {
    for (int py = 0; py < y.h; ++py)
      for (int px = 0; px < y.w; ++px) {
        const int sy = py * stride + ky - pad, sx = px * stride + kx - pad;
        if (sy >= 0 && sx >= 0 && sy < x.h && sx < x.w) f(py, px, sy, sx);
      }
  }
  template <typename F>
  void weights(const F& f) const {
    for (int o = 0; o < w.n; ++o)
      for (int i = 0; i < w.c; ++i)
        for (int ky = 0; ky < w.h; ++ky)
          for (int kx = 0; kx < w.w; ++kx) f(o, i, ky, kx);
  }
};

cudnnStatus_t status_of(cudaError_t error) {
  return error == cudaSuccess ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_EXECUTION_FAILED;
}

/// Returns the sums of products for every output element, [y.c][y.h][y.w].
std::vector<float> products(const Shape& s, const void* x, const void* w) {
  std::vector<float> sums(static_cast<std::size_t>(s.y.c) * static_cast<std::size_t>(s.y.h * s.y.w));
  s.weights([&](int o, int i, int ky, int kx) {
    const float weight = load(w, s.w.half, s.w.at(o, i, ky, kx));
    float* out = sums.data() + std::ptrdiff_t{o} * s.y.h * s.y.w;
    s.pixels(ky, kx, [&](int py, int px, int sy, int sx) {
      out[py * s.y.w + px] += weight * load(x, s.x.half, s.x.at(0, i, sy, sx));
    });
  });
  return sums;
}

template <typename Result, typename Algorithm>
cudnnStatus_t measured(Result* results, int wanted, int* count, Algorithm algorithm, cudnnMathType_t math) {
  if (wanted < 1) return CUDNN_STATUS_BAD_PARAM;
  *count = 1;
  results[0] = {};
  results[0].algo = algorithm;
  results[0].status = CUDNN_STATUS_SUCCESS;
  results[0].time = 1;
  results[0].mathType = math;
  return CUDNN_STATUS_SUCCESS;
}

template <typename T>
cudnnStatus_t make(T* descriptor) {
  *descriptor = new std::remove_pointer_t<T>;
  return CUDNN_STATUS_SUCCESS;
}
template <typename T>
cudnnStatus_t destroy(T descriptor) {
  delete descriptor;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t set(bool taken) {
  return taken ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_BAD_PARAM;
}

}  // namespace

extern "C" {

size_t CUDNNWINAPI cudnnGetVersion() {
  return CUDNN_VERSION;
}
const char* CUDNNWINAPI cudnnGetErrorString(cudnnStatus_t status) {
  return status == CUDNN_STATUS_BAD_PARAM       ? "CUDNN_STATUS_BAD_PARAM"
         : status == CUDNN_STATUS_NOT_SUPPORTED ? "CUDNN_STATUS_NOT_SUPPORTED"
                                                : "CUDNN_STATUS_EXECUTION_FAILED";
}
cudnnStatus_t CUDNNWINAPI cudnnCreate(cudnnHandle_t* handle) {
  return make(handle);
}
cudnnStatus_t CUDNNWINAPI cudnnDestroy(cudnnHandle_t handle) {
  return destroy(handle);
}
cudnnStatus_t CUDNNWINAPI cudnnSetStream(cudnnHandle_t handle, cudaStream_t stream) {
  handle->stream = stream;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t CUDNNWINAPI cudnnCreateTensorDescriptor(cudnnTensorDescriptor_t* d) {
  return make(d);
}
cudnnStatus_t CUDNNWINAPI cudnnDestroyTensorDescriptor(cudnnTensorDescriptor_t d) {
  return destroy(d);
}
cudnnStatus_t CUDNNWINAPI cudnnSetTensor4dDescriptor(cudnnTensorDescriptor_t d, cudnnTensorFormat_t format,
                                                     cudnnDataType_t type, int n, int c, int h, int w) {
  return set(d->layout.set(format, type, n, c, h, w));
}
cudnnStatus_t CUDNNWINAPI cudnnCreateFilterDescriptor(cudnnFilterDescriptor_t* d) {
  return make(d);
}
cudnnStatus_t CUDNNWINAPI cudnnDestroyFilterDescriptor(cudnnFilterDescriptor_t d) {
  return destroy(d);
}
cudnnStatus_t CUDNNWINAPI cudnnSetFilter4dDescriptor(cudnnFilterDescriptor_t d, cudnnDataType_t type,
                                                     cudnnTensorFormat_t format, int k, int c, int h, int w) {
  return set(d->layout.set(format, type, k, c, h, w));
}
cudnnStatus_t CUDNNWINAPI cudnnCreateConvolutionDescriptor(cudnnConvolutionDescriptor_t* d) {
  return make(d);
}
cudnnStatus_t CUDNNWINAPI cudnnDestroyConvolutionDescriptor(cudnnConvolutionDescriptor_t d) {
  return destroy(d);
}
cudnnStatus_t CUDNNWINAPI cudnnSetConvolution2dDescriptor(cudnnConvolutionDescriptor_t d, int pad_h,
                                                          int pad_w, int u, int v, int dilation_h,
                                                          int dilation_w, cudnnConvolutionMode_t mode,
                                                          cudnnDataType_t compute) {
  d->pad = pad_h;
  d->stride = u;
  return set(pad_h == pad_w && u == v && dilation_h == 1 && dilation_w == 1 &&
             mode == CUDNN_CROSS_CORRELATION && compute == CUDNN_DATA_FLOAT);
}
cudnnStatus_t CUDNNWINAPI cudnnSetConvolutionMathType(cudnnConvolutionDescriptor_t, cudnnMathType_t) {
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t CUDNNWINAPI cudnnCreateActivationDescriptor(cudnnActivationDescriptor_t* d) {
  return make(d);
}
cudnnStatus_t CUDNNWINAPI cudnnDestroyActivationDescriptor(cudnnActivationDescriptor_t d) {
  return destroy(d);
}
cudnnStatus_t CUDNNWINAPI cudnnSetActivationDescriptor(cudnnActivationDescriptor_t d,
                                                       cudnnActivationMode_t mode, cudnnNanPropagation_t,
                                                       double) {
  d->relu = mode == CUDNN_ACTIVATION_RELU;
  return set(d->relu || mode == CUDNN_ACTIVATION_IDENTITY);
}

cudnnStatus_t CUDNNWINAPI cudnnConvolutionForward(cudnnHandle_t handle, const void* alpha,
                                                  const cudnnTensorDescriptor_t x_desc, const void* x,
                                                  const cudnnFilterDescriptor_t w_desc, const void* w,
                                                  const cudnnConvolutionDescriptor_t conv,
                                                  cudnnConvolutionFwdAlgo_t, void*, size_t, const void* beta,
                                                  const cudnnTensorDescriptor_t y_desc, void* y) {
  const Shape s{x_desc->layout, w_desc->layout, y_desc->layout, conv->pad, conv->stride};
  if (!s.fits()) return CUDNN_STATUS_BAD_PARAM;
  return status_of(simulator::enqueue(reinterpret_cast<const void*>(cudnnConvolutionForward), handle->stream,
                                      [=, a = scale(alpha), b = scale(beta)] {
                                        const auto sums = products(s, x, w);
                                        std::size_t i = 0;
                                        for (int o = 0; o < s.y.c; ++o)
                                          for (int py = 0; py < s.y.h; ++py)
                                            for (int px = 0; px < s.y.w; ++px)
                                              blend(y, s.y.half, s.y.at(0, o, py, px), a, sums[i++], b);
                                      }));
}

cudnnStatus_t CUDNNWINAPI cudnnConvolutionBiasActivationForward(
    cudnnHandle_t handle, const void* alpha, const cudnnTensorDescriptor_t x_desc, const void* x,
    const cudnnFilterDescriptor_t w_desc, const void* w, const cudnnConvolutionDescriptor_t conv,
    cudnnConvolutionFwdAlgo_t algorithm, void*, size_t, const void* z_scale, const cudnnTensorDescriptor_t,
    const void*, const cudnnTensorDescriptor_t bias_desc, const void* bias,
    const cudnnActivationDescriptor_t activation, const cudnnTensorDescriptor_t y_desc, void* y) {
  const Shape s{x_desc->layout, w_desc->layout, y_desc->layout, conv->pad, conv->stride};
  const Layout b = bias_desc->layout;
  const bool relu = activation->relu;
  if (!s.fits() || b.c != s.y.c || b.h != 1 || b.w != 1 || scale(z_scale) != 0) return CUDNN_STATUS_BAD_PARAM;
  // cuDNN's documentation: "Only the CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM algo is enabled with
  // CUDNN_ACTIVATION_IDENTITY."
  if (!relu && algorithm != CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM)
    return CUDNN_STATUS_NOT_SUPPORTED;
  return status_of(simulator::enqueue(
      reinterpret_cast<const void*>(cudnnConvolutionBiasActivationForward), handle->stream,
      [=, a = scale(alpha)] {
        const auto sums = products(s, x, w);
        std::size_t i = 0;
        for (int o = 0; o < s.y.c; ++o)
          for (int py = 0; py < s.y.h; ++py)
            for (int px = 0; px < s.y.w; ++px) {
              const float value = a * sums[i++] + load(bias, b.half, b.at(0, o, 0, 0));
              store(y, s.y.half, s.y.at(0, o, py, px), relu ? std::max(value, 0.0f) : value);
            }
      }));
}

cudnnStatus_t CUDNNWINAPI cudnnConvolutionBackwardBias(cudnnHandle_t handle, const void* alpha,
                                                       const cudnnTensorDescriptor_t dy_desc, const void* dy,
                                                       const void* beta,
                                                       const cudnnTensorDescriptor_t db_desc, void* db) {
  const Layout from = dy_desc->layout, to = db_desc->layout;
  if (from.c != to.c || to.h != 1 || to.w != 1) return CUDNN_STATUS_BAD_PARAM;
  return status_of(simulator::enqueue(reinterpret_cast<const void*>(cudnnConvolutionBackwardBias),
                                      handle->stream, [=, a = scale(alpha), b = scale(beta)] {
                                        for (int c = 0; c < from.c; ++c) {
                                          float sum = 0;
                                          for (int y = 0; y < from.h; ++y)
                                            for (int x = 0; x < from.w; ++x)
                                              sum += load(dy, from.half, from.at(0, c, y, x));
                                          blend(db, to.half, to.at(0, c, 0, 0), a, sum, b);
                                        }
                                      }));
}

cudnnStatus_t CUDNNWINAPI cudnnConvolutionBackwardFilter(
    cudnnHandle_t handle, const void* alpha, const cudnnTensorDescriptor_t x_desc, const void* x,
    const cudnnTensorDescriptor_t dy_desc, const void* dy, const cudnnConvolutionDescriptor_t conv,
    cudnnConvolutionBwdFilterAlgo_t, void*, size_t, const void* beta, const cudnnFilterDescriptor_t dw_desc,
    void* dw) {
  const Shape s{x_desc->layout, dw_desc->layout, dy_desc->layout, conv->pad, conv->stride};
  if (!s.fits()) return CUDNN_STATUS_BAD_PARAM;
  return status_of(simulator::enqueue(reinterpret_cast<const void*>(cudnnConvolutionBackwardFilter),
                                      handle->stream, [=, a = scale(alpha), b = scale(beta)] {
                                        s.weights([&](int o, int i, int ky, int kx) {
                                          float sum = 0;
                                          s.pixels(ky, kx, [&](int py, int px, int sy, int sx) {
                                            sum += load(x, s.x.half, s.x.at(0, i, sy, sx)) *
                                                   load(dy, s.y.half, s.y.at(0, o, py, px));
                                          });
                                          blend(dw, s.w.half, s.w.at(o, i, ky, kx), a, sum, b);
                                        });
                                      }));
}

cudnnStatus_t CUDNNWINAPI cudnnConvolutionBackwardData(cudnnHandle_t handle, const void* alpha,
                                                       const cudnnFilterDescriptor_t w_desc, const void* w,
                                                       const cudnnTensorDescriptor_t dy_desc, const void* dy,
                                                       const cudnnConvolutionDescriptor_t conv,
                                                       cudnnConvolutionBwdDataAlgo_t, void*, size_t,
                                                       const void* beta,
                                                       const cudnnTensorDescriptor_t dx_desc, void* dx) {
  const Shape s{dx_desc->layout, w_desc->layout, dy_desc->layout, conv->pad, conv->stride};
  if (!s.fits()) return CUDNN_STATUS_BAD_PARAM;
  return status_of(simulator::enqueue(
      reinterpret_cast<const void*>(cudnnConvolutionBackwardData), handle->stream,
      [=, a = scale(alpha), b = scale(beta)] {
        std::vector<float> sums(static_cast<std::size_t>(s.x.c) * static_cast<std::size_t>(s.x.h * s.x.w));
        s.weights([&](int o, int i, int ky, int kx) {
          const float weight = load(w, s.w.half, s.w.at(o, i, ky, kx));
          float* in = sums.data() + std::ptrdiff_t{i} * s.x.h * s.x.w;
          s.pixels(ky, kx, [&](int py, int px, int sy, int sx) {
            in[sy * s.x.w + sx] += weight * load(dy, s.y.half, s.y.at(0, o, py, px));
          });
        });
        std::size_t n = 0;
        for (int i = 0; i < s.x.c; ++i)
          for (int sy = 0; sy < s.x.h; ++sy)
            for (int sx = 0; sx < s.x.w; ++sx) blend(dx, s.x.half, s.x.at(0, i, sy, sx), a, sums[n++], b);
      }));
}

// Measuring runs each algorithm once and writes its result.
cudnnStatus_t CUDNNWINAPI cudnnFindConvolutionForwardAlgorithmEx(
    cudnnHandle_t handle, const cudnnTensorDescriptor_t x_desc, const void* x,
    const cudnnFilterDescriptor_t w_desc, const void* w, const cudnnConvolutionDescriptor_t conv,
    const cudnnTensorDescriptor_t y_desc, void* y, const int wanted, int* count,
    cudnnConvolutionFwdAlgoPerf_t* results, void* workspace, size_t bytes) {
  const float one = 1, zero = 0;
  const auto algorithm = CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM;
  const auto status = cudnnConvolutionForward(handle, &one, x_desc, x, w_desc, w, conv, algorithm, workspace,
                                              bytes, &zero, y_desc, y);
  return status != CUDNN_STATUS_SUCCESS ? status
                                        : measured(results, wanted, count, algorithm, CUDNN_FMA_MATH);
}
cudnnStatus_t CUDNNWINAPI cudnnFindConvolutionBackwardDataAlgorithmEx(
    cudnnHandle_t handle, const cudnnFilterDescriptor_t w_desc, const void* w,
    const cudnnTensorDescriptor_t dy_desc, const void* dy, const cudnnConvolutionDescriptor_t conv,
    const cudnnTensorDescriptor_t dx_desc, void* dx, const int wanted, int* count,
    cudnnConvolutionBwdDataAlgoPerf_t* results, void* workspace, size_t bytes) {
  const float one = 1, zero = 0;
  const auto algorithm = CUDNN_CONVOLUTION_BWD_DATA_ALGO_1;
  const auto status = cudnnConvolutionBackwardData(handle, &one, w_desc, w, dy_desc, dy, conv, algorithm,
                                                   workspace, bytes, &zero, dx_desc, dx);
  return status != CUDNN_STATUS_SUCCESS ? status
                                        : measured(results, wanted, count, algorithm, CUDNN_FMA_MATH);
}
cudnnStatus_t CUDNNWINAPI cudnnFindConvolutionBackwardFilterAlgorithmEx(
    cudnnHandle_t handle, const cudnnTensorDescriptor_t x_desc, const void* x,
    const cudnnTensorDescriptor_t dy_desc, const void* dy, const cudnnConvolutionDescriptor_t conv,
    const cudnnFilterDescriptor_t dw_desc, void* dw, const int wanted, int* count,
    cudnnConvolutionBwdFilterAlgoPerf_t* results, void* workspace, size_t bytes) {
  const float one = 1, zero = 0;
  const auto algorithm = CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1;
  const auto status = cudnnConvolutionBackwardFilter(handle, &one, x_desc, x, dy_desc, dy, conv, algorithm,
                                                     workspace, bytes, &zero, dw_desc, dw);
  return status != CUDNN_STATUS_SUCCESS ? status
                                        : measured(results, wanted, count, algorithm, CUDNN_FMA_MATH);
}

}  // extern "C"
