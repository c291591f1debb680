// The maps that light surfaces, from binding LIGHT_MAPS of set 0 on; renderer/passes/scene/light_maps.h lists them.
layout(set = 0, binding = LIGHT_MAPS + 0) uniform sampler2DArrayShadow shadow_map;
layout(set = 0, binding = LIGHT_MAPS + 1) uniform sampler2DArray shadow_depths;  // the same map, not compared
layout(set = 0, binding = LIGHT_MAPS + 2) uniform sampler2DShadow lamp_shadow_map;
layout(set = 0, binding = LIGHT_MAPS + 3) uniform sampler2D sky_map;
layout(set = 0, binding = LIGHT_MAPS + 4) uniform sampler3D ambient_grid;
layout(set = 0, binding = LIGHT_MAPS + 5) uniform sampler3D bounce_grid;
