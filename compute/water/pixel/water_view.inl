// The fields of the family's view, written once: water_view.h makes a C++ struct of them and water.comp a uniform
// block, both in scalar layout. Levels and pressures are metres of water. A flux is what it adds to the level of the
// cell that it enters, in metres a step.

SIZE(cells)
SIZE(spot)           // of the pass press
INTEGER(spot_x, 0)   // its first cell
INTEGER(spot_y, 0)
INTEGER(beach, 1)     // cells: the width of the border that swallows waves
NUMBER(coupling, 0)   // (speed of waves * step / cell)^2, at most 1/2
NUMBER(drag, 0)       // share of the flux that half a step takes
NUMBER(beach_drag, 0) // the same at the very edge
NUMBER(rise_a_second, 0)  // metres a second for a rise of 1 m a step
NUMBER(slope_scale, 0)    // 1 / (2 cells), in 1/metre
NUMBER(foam_fade, 0)      // share of the foam that a step leaves
NUMBERS(wave_cos, 4)      // of the wind's waves now: pressure * cos(frequency * t)
NUMBERS(wave_sin, 4)

// The push of the pass press: an ellipse with its middle at (push_x, push_y) in cells.
NUMBER(push_x, 0)
NUMBER(push_y, 0)
NUMBERS(push_along, 2)   // a cell's offset times this is how far along it lies: 1 at its end
NUMBERS(push_across, 2)
NUMBER(push_head, 0)     // pressure in the middle
NUMBER(push_pitch, 0)    // added at its end along
NUMBER(push_roll, 0)     // added at its side
NUMBER(push_foam, 0)     // foam that it whips up

INPUT(NumberFours, columns)  // [width][2]: the four waves' cosines, then sines, of kx * x
INPUT(NumberFours, rows)     // [height][2]: of kz * z
INPUT(Numbers, open)         // 1 where there is water, 0 in a wall; between, what hinders it
BUFFER(Numbers, pressure)
BUFFER(Numbers, flux_x)  // from a cell to the next column
BUFFER(Numbers, flux_y)  // from a cell to the next row
BUFFER(Numbers, height)  // the level above the water at rest
BUFFER(Numbers, foam)    // 0 to 1
BUFFER(HalfFours, drawn)  // level, its slopes along columns and rows, foam
