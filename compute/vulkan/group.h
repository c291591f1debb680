// The work group of every pass, in invocations: one for each pixel. GLSL and C++ include this header.
#define NEURASTER_GROUP_WIDTH 32
#define NEURASTER_GROUP_HEIGHT 4
