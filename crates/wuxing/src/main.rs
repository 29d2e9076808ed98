//! The program `wuxing`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    wuxing::cli::run().await
}
