//! What a learner types, through the tool's own program, on a small workbook.

mod bench;
mod checks;
mod commands;
mod proof;
mod upkeep;
