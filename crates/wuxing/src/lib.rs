//! wuxing makes a department's charter executable.
//!
//! The house: `cx` ← `app` ← `web`, `jobs`, `demo` ← `cli`. See `ARCHITECTURE.md`.

pub mod app;
pub mod cli;
pub mod config;
pub mod cx;
pub mod demo;
pub mod jobs;
pub mod web;
