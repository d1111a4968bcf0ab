//! How much faster with every core?
//!
//! A folder of photos is to be blurred and shrunk. Each photo is a job of its own: it needs
//! nothing from the others, and nothing but a CPU. If there ever was work for all cores at
//! once, this is it. Four ways to give it to them, with one signature, to be read side by side:
//!
//! | file | who works |
//! |---|---|
//! | [`s1_sequential`] | one thread, one job after the other |
//! | [`s2_threads`] | threads that pull from a shared queue |
//! | [`s3_rayon`] | a rayon pool that splits the list and steals |
//! | [`s4_processes`] | worker processes, fed through pipes by the crew of chapter 2 |
//!
//! The job itself: [`job`] runs the steps [`open`], [`blur`], [`thumbnail`] and [`save`], and
//! notes who did it and when; large buffers are used again ([`spare`]). Two side questions have a
//! file each: how large a job should be ([`grain`]), and whether a second core always helps
//! ([`bandwidth`]). [`photos`] makes pictures to practise on, and [`folder`] is the tool for a
//! folder of your own.

pub mod bandwidth;
pub mod blur;
pub mod folder;
pub mod grain;
pub mod job;
pub mod open;
pub mod photos;
pub mod s1_sequential;
pub mod s2_threads;
pub mod s3_rayon;
pub mod s4_processes;
pub mod save;
pub mod spare;
pub mod thumbnail;
