#pragma once
// What a training computes with, from the settings.

#include "app/settings/settings.h"
#include "neural/train/trainer.h"

namespace app {

/// CUDA with one worker where the settings allow it and it trains on this machine, else the processor with
/// the workers that are asked for. Throws core::Error where the settings demand CUDA and it cannot be opened,
/// or a backend that does not train.
void choose_training_backend(neural::TrainerSettings& trainer, const Settings& settings);

}  // namespace app
