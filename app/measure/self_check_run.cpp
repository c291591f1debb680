#include "app/measure/self_check_run.h"

#include <fmt/core.h>

#include <algorithm>

namespace app {

std::vector<neural::Finding> check_path(const gpu::Device& device, const scene::Scene& scene,
                                        const Settings& settings, const CameraRun& path, std::size_t frames,
                                        const std::function<void()>& drawn) {
  renderer::RenderSettings render = settings.render;
  // All upscalers get the same frame; `native` alone gets another one.
  if (render.upscaler != renderer::Upscaler::native) render.upscaler = renderer::Upscaler::nearest;
  Frame frame(device, scene, render, settings.run.output);
  neural::SelfCheck check;
  std::vector<neural::Finding> findings;
  for (std::size_t n = 0; n < std::min(frames, path.frames.size()); ++n) {
    frame.draw(render, path.frames[n]);
    check.look(frame.read_contract());
    for (neural::Finding& finding : check.findings())
      if (std::none_of(findings.begin(), findings.end(),
                       [&](const auto& known) { return known.mistake == finding.mistake; }))
        findings.push_back(std::move(finding));
    drawn();
  }
  return findings;
}

std::string describe_findings(const std::vector<neural::Finding>& findings, std::size_t frames) {
  std::string text;
  for (const neural::Finding& finding : findings) text += fmt::format("self-check: {}\n", finding.text);
  return text.empty() ? fmt::format("self-check: nothing wrong in {} frames\n", frames) : text;
}

}  // namespace app
