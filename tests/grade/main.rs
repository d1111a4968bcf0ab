//! Grading, through the tool's own program, on a small workbook.

mod bench;
mod formats;
mod hostile;
mod odd;
mod roster;
mod states;
mod tampering;
