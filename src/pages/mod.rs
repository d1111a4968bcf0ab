//! Pages: prose with references, made into HTML with the values of the records.
//!
//! [`site::build`] builds the whole book in this process, [`protocol`] answers the stock `mdbook`
//! command; both go through [`page::resolve`], so that both refuse the same things.
//!
//! A page is read by [`markdown`] (what is code, what is a quotation, what is prose) and its
//! references are looked up in the [`library`] of records. [`value`], [`claims`], [`ledger`],
//! [`chart`], [`timeline`], [`matrix`], [`tree`], [`exercise`] and [`timetable`] write their HTML; [`figures`] and [`includes`]
//! look for what may not stand in prose.

pub mod chart;
pub mod claims;
pub mod exercise;
pub mod figures;
pub mod html;
pub mod includes;
pub mod ledger;
pub mod library;
pub mod log;
pub mod markdown;
pub mod matrix;
pub mod page;
pub mod protocol;
pub mod scale;
pub mod site;
pub mod timeline;
pub mod timetable;
pub mod tree;
pub mod value;
