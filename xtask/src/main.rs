//! wuxing
fn main() {}
