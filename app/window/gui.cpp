#include "app/window/gui.h"

#include <imgui.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_vulkan.h>

#include <filesystem>

#include "renderer/vulkan/commands.h"

namespace app {
namespace {

constexpr const char* font_files[] = {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
                                      "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
                                      "/usr/share/fonts/TTF/DejaVuSans.ttf"};
constexpr float font_pixels = 14;

void check_result(VkResult result) {
  gpu::check(result, "the panels cannot be drawn");
}

void upload_font(const gpu::Device& device) {
#if IMGUI_VERSION_NUM >= 19000
  (void)device;
  ImGui_ImplVulkan_CreateFontsTexture();  // since 1.90 it submits by itself
#else
  gpu::run_once(device, [](VkCommandBuffer commands) { ImGui_ImplVulkan_CreateFontsTexture(commands); });
  ImGui_ImplVulkan_DestroyFontUploadObjects();
#endif
}

}  // namespace

Gui::Gui(const Window& window, const gpu::Device& device, const gpu::Swapchain& swapchain, float scale)
    : window_(window), device_(device), swapchain_(swapchain), scale_(scale) {
  const VkDescriptorPoolSize sizes{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 16};
  VkDescriptorPoolCreateInfo pool{};
  pool.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO;
  pool.flags = VK_DESCRIPTOR_POOL_CREATE_FREE_DESCRIPTOR_SET_BIT;
  pool.maxSets = 16;
  pool.poolSizeCount = 1;
  pool.pPoolSizes = &sizes;
  VkDescriptorPool handle = VK_NULL_HANDLE;
  gpu::check(vkCreateDescriptorPool(device.handle(), &pool, nullptr, &handle), "cannot create descriptors");
  pool_ = {device.handle(), handle};
  make_render_pass();

  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;  // panels stand where the program puts them
  ImGui_ImplGlfw_InitForVulkan(window.handle(), true);
  start_backend();
}

Gui::~Gui() {
  vkDeviceWaitIdle(device_.handle());
  stop_backend();
  ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext();
}

void Gui::make_render_pass() {
  VkAttachmentDescription color{};
  color.format = swapchain_.format();
  color.samples = VK_SAMPLE_COUNT_1_BIT;
  color.loadOp = VK_ATTACHMENT_LOAD_OP_LOAD;  // over the picture
  color.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
  color.stencilLoadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE;
  color.stencilStoreOp = VK_ATTACHMENT_STORE_OP_DONT_CARE;
  color.initialLayout = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL;
  color.finalLayout = VK_IMAGE_LAYOUT_PRESENT_SRC_KHR;
  const VkAttachmentReference reference{0, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL};
  VkSubpassDescription subpass{};
  subpass.pipelineBindPoint = VK_PIPELINE_BIND_POINT_GRAPHICS;
  subpass.colorAttachmentCount = 1;
  subpass.pColorAttachments = &reference;
  VkRenderPassCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO;
  info.attachmentCount = 1;
  info.pAttachments = &color;
  info.subpassCount = 1;
  info.pSubpasses = &subpass;
  VkRenderPass handle = VK_NULL_HANDLE;
  gpu::check(vkCreateRenderPass(device_.handle(), &info, nullptr, &handle), "cannot create a render pass");
  render_pass_ = {device_.handle(), handle};
}

void Gui::make_framebuffers() {
  framebuffers_.clear();  // recreating the swapchain has waited for the device
  for (std::uint32_t i = 0; i < swapchain_.count(); ++i) {
    const VkImageView view = swapchain_.view(i);
    VkFramebufferCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_FRAMEBUFFER_CREATE_INFO;
    info.renderPass = render_pass_.get();
    info.attachmentCount = 1;
    info.pAttachments = &view;
    info.width = swapchain_.extent().width;
    info.height = swapchain_.extent().height;
    info.layers = 1;
    VkFramebuffer handle = VK_NULL_HANDLE;
    gpu::check(vkCreateFramebuffer(device_.handle(), &info, nullptr, &handle), "cannot create a framebuffer");
    framebuffers_.emplace_back(device_.handle(), handle);
  }
  generation_ = swapchain_.generation();
}

void Gui::make_font() {
  ImGuiIO& io = ImGui::GetIO();
  // Glyphs are rasterised in pixels, while panels are laid out in the window system's units.
  io.FontGlobalScale = 1 / window_.pixel_density();
  io.Fonts->Clear();
  for (const char* file : font_files) {
    if (!std::filesystem::exists(file)) continue;
    io.Fonts->AddFontFromFileTTF(file, font_pixels * scale_);
    return;
  }
  ImFontConfig config;
  config.SizePixels = 13 * scale_;  // ImGui's own bitmap font
  io.Fonts->AddFontDefault(&config);
}

void Gui::start_backend() {
  make_font();
  ImGui::GetStyle() = ImGuiStyle();
  ImGui::StyleColorsDark();
  ImGui::GetStyle().WindowRounding = 4;
  ImGui::GetStyle().FrameRounding = 2;
  ImGui::GetStyle().Colors[ImGuiCol_WindowBg].w = 0.88f;
  ImGui::GetStyle().ScaleAllSizes(scale_ / window_.pixel_density());

  ImGui_ImplVulkan_InitInfo info{};
  info.Instance = device_.instance();
  info.PhysicalDevice = device_.physical();
  info.Device = device_.handle();
  info.QueueFamily = device_.queue_family();
  info.Queue = device_.queue();
  info.DescriptorPool = pool_.get();
  info.MinImageCount = 2;
  info.ImageCount =
      24;  // buffers of its own in rotation: for the pictures of three frames, at least one an image
  info.MSAASamples = VK_SAMPLE_COUNT_1_BIT;
  info.CheckVkResultFn = check_result;
  ImGui_ImplVulkan_Init(&info, render_pass_.get());
  upload_font(device_);
}

void Gui::stop_backend() {
  ImGui_ImplVulkan_Shutdown();
}

void Gui::set_scale(float scale) {
  if (scale == scale_) return;
  scale_ = scale;
  device_.wait_idle();
  stop_backend();
  start_backend();
}

void Gui::begin_frame() {
  ImGui_ImplVulkan_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  ImGui::NewFrame();
}

void Gui::end_frame() {
  ImGui::Render();
}

bool Gui::wants_mouse() const {
  return ImGui::GetIO().WantCaptureMouse;
}

bool Gui::wants_keyboard() const {
  return ImGui::GetIO().WantTextInput;
}

bool Gui::dragging() const {
  return ImGui::IsAnyItemActive();
}

void Gui::record(VkCommandBuffer commands, std::uint32_t image_index) {
  if (generation_ != swapchain_.generation()) make_framebuffers();
  VkRenderPassBeginInfo begin{};
  begin.sType = VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO;
  begin.renderPass = render_pass_.get();
  begin.framebuffer = framebuffers_[image_index].get();
  begin.renderArea.extent = swapchain_.extent();
  vkCmdBeginRenderPass(commands, &begin, VK_SUBPASS_CONTENTS_INLINE);
  if (ImDrawData* data = ImGui::GetDrawData()) ImGui_ImplVulkan_RenderDrawData(data, commands);
  vkCmdEndRenderPass(commands);
}

}  // namespace app
