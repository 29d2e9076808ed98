//! 学习型: quick capture, the records themselves, the library of one's own material.

use super::Routes;

pub mod capture;
pub mod compare;
pub mod edit;
pub mod form;
pub mod library;
pub mod records;

/// The routes of this pillar.
pub fn routes() -> Routes {
    Routes::new()
        .and(capture::routes())
        .and(records::routes())
        .and(library::routes())
}
