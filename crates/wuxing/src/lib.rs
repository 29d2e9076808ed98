//! wuxing makes a department's charter executable.
//!
//! The house: `cx` ← `app` ← `web`, `jobs`, `demo` ← `cli`. See `ARCHITECTURE.md`.

pub mod app;
pub mod backup;
pub mod cli;
pub mod config;
pub mod cx;
pub mod demo;
pub mod jobs;
pub mod serving;
pub mod text;
pub mod web;

/// Pages are many small pieces of text, often made on one thread and freed on another; with the system's allocator Today takes a
/// twentieth longer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
