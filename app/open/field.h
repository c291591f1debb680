#pragma once
// Opens a learned scene for `--source field`.

#include <memory>
#include <string>

#include "app/frame/frame.h"
#include "app/settings/settings.h"

namespace app {

/// Opens the backend that learns fields, and draws them for the learner: the processor's, with so many
/// threads, 0 for all. Throws core::Error where it is missing.
std::shared_ptr<compute::Backend> open_field_backend(int threads = 0);

/// Returns a sentence where the field was learned from another scene, or from this one before it changed;
/// else an empty text.
std::string field_warning(const neural::FieldOrigin& origin, const scene::Scene& scene);

/// Lets the frame be filled by what the settings ask for: reads the field, and warns where it was learned
/// from something else. Throws core::Error, and core::UsageError where no file is named.
void give_source(Frame& frame, const gpu::Device& device, const scene::Scene& scene,
                 const Settings& settings);

}  // namespace app
