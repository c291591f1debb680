// Streams, events, graphs and launches.

#include <algorithm>
#include <chrono>

#include "runtime.h"
#include "state.h"
#include "threads.h"

namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

struct CUevent_st {
  std::mutex mutex;
  bool recorded = false, passed = false;
  std::uint64_t turn = 0;
  Clock::time_point time;
};

namespace {

std::mutex streams_mutex;
std::vector<CUstream_st*> streams;

}  // namespace

namespace simulator {

void synchronize_all() {
  std::vector<CUstream_st*> all;
  {
    const std::lock_guard lock(streams_mutex);
    all = streams;
  }
  for (CUstream_st* stream : all) stream->synchronize();
}

cudaError_t enqueue(const void* function, cudaStream_t stream, std::function<void()> work) {
  if (!stream) return result(cudaErrorInvalidResourceHandle);
  stream->push({function, std::move(work)});
  return result(cudaSuccess);
}

cudaError_t launch(const void* kernel, dim3 blocks, dim3 threads, bool cooperative, cudaStream_t stream,
                   std::function<void()> body) {
  const unsigned long long count = 1ull * threads.x * threads.y * threads.z;
  if (count == 0 || count > 1024 || blocks.x == 0 || blocks.y == 0 || blocks.z == 0 || blocks.y > 65535 ||
      blocks.z > 65535)
    return result(cudaErrorInvalidConfiguration);
  if (count > max_threads) return result(cudaErrorLaunchOutOfResources);
  if (cooperative && !cooperates()) return result(cudaErrorNotSupported);
  if (cooperative && blocks.x * blocks.y * blocks.z > multiprocessors)
    return result(cudaErrorCooperativeLaunchTooLarge);
  static const std::size_t last = wanted("NEURASTER_SIMULATED_LOST", 0);
  static std::atomic<std::size_t> launched{0};
  return enqueue(kernel, stream, [=, body = std::move(body)] {
    if (!computes) return;
    if (++launched == last || !run_grid(blocks, threads, cooperative, body)) lost = true;
  });
}

}  // namespace simulator

using namespace simulator;

extern "C" {

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new CUstream_st;
  const std::lock_guard lock(streams_mutex);
  streams.push_back(*stream);
  return result(cudaSuccess);
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  {
    const std::lock_guard lock(streams_mutex);
    std::erase(streams, stream);
  }
  delete stream;
  return result(cudaSuccess);
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  if (stream->captured) {
    captures_broken = true;
    return result(cudaErrorStreamCaptureUnsupported);
  }
  stream->synchronize();
  return result(cudaSuccess);
}
cudaError_t cudaStreamQuery(cudaStream_t stream) {
  if (stream->captured) {
    captures_broken = true;
    return result(cudaErrorStreamCaptureUnsupported);
  }
  return stream->idle() || lost ? result(cudaSuccess) : cudaErrorNotReady;
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  *event = new CUevent_st;
  return result(cudaSuccess);
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  synchronize_all();  // waits now, because the stream still points at it
  delete event;
  return result(cudaSuccess);
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  std::uint64_t turn;
  {
    const std::lock_guard lock(event->mutex);
    event->recorded = true;
    event->passed = false;
    turn = ++event->turn;
  }
  return simulator::enqueue(reinterpret_cast<const void*>(cudaEventRecord), stream, [=] {
    const std::lock_guard lock(event->mutex);
    if (event->turn != turn) return;
    event->passed = true;
    event->time = Clock::now();
  });
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (const cudaError_t error = unsafe()) return result(error);
  while (!lost) {
    {
      const std::lock_guard lock(event->mutex);
      if (event->passed || !event->recorded) break;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  return result(cudaSuccess);
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end) {
  const std::scoped_lock lock(begin->mutex, end->mutex);
  if (!begin->recorded || !end->recorded) return result(cudaErrorInvalidResourceHandle);
  if (!begin->passed || !end->passed) return cudaErrorNotReady;
  *milliseconds = std::chrono::duration<float, std::milli>(end->time - begin->time).count();
  return result(cudaSuccess);
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
  if (stream->captured || mode != cudaStreamCaptureModeThreadLocal) return result(cudaErrorIllegalState);
  stream->captured = std::make_unique<CUgraph_st>();
  ++captures;
  captures_broken = false;
  return result(cudaSuccess);
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  *graph = nullptr;
  if (!stream->captured) return result(cudaErrorIllegalState);
  std::unique_ptr<CUgraph_st> recorded = std::move(stream->captured);
  --captures;
  if (captures_broken) return result(cudaErrorStreamCaptureInvalidated);
  *graph = recorded.release();
  return result(cudaSuccess);
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return result(cudaSuccess);
}
cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t*, std::size_t* count) {
  *count = graph->nodes.size();
  return result(cudaSuccess);
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long) {
  *exec = new CUgraphExec_st{graph->nodes};
  return result(cudaSuccess);
}
cudaError_t cudaGraphExecUpdate(cudaGraphExec_t exec, cudaGraph_t graph, cudaGraphExecUpdateResultInfo*) {
  const auto same = [](const Work& a, const Work& b) { return a.kind == b.kind; };
  if (!std::equal(exec->nodes.begin(), exec->nodes.end(), graph->nodes.begin(), graph->nodes.end(), same))
    return result(cudaErrorGraphExecUpdateFailure);
  exec->nodes = graph->nodes;
  return result(cudaSuccess);
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
  delete exec;
  return result(cudaSuccess);
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
  for (const Work& node : exec->nodes) stream->push(node);
  return result(cudaSuccess);
}

}  // extern "C"
