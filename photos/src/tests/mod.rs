//! Tests of the whole pipeline, on photos that are drawn here. Not here: tests of a single step, which lie beside it.

mod colours;
mod draw;
mod fuzz;
mod hostile;
mod memory;
mod orientation;
mod pipeline;
mod variants;
