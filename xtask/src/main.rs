//! Chores of the house. `cargo run -p xtask -- tidy` checks what no compiler checks: who may import whom, what a query
//! must name, what a template may not contain, whether both languages are complete, and under which licences we build.

mod finding;
mod lexer;
mod pattern;
mod rules;
mod settings;
mod tree;

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tidy"] => tidy(&workspace_root()),
        ["tidy", "--root", root] => tidy(Path::new(root)),
        ["rules"] => {
            for rule in rules::ALL {
                println!("{:<22} {}", rule.id, rule.says);
            }
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("usage: xtask tidy [--root DIR] | rules");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Runs every rule over the checkout at `root`, prints what it finds and returns how much that was.
fn tidy(root: &Path) -> Result<usize> {
    let tree = tree::Tree::read(root).with_context(|| format!("reading {}", root.display()))?;
    let settings = settings::Settings::read(root)?;
    let mut findings = rules::check(&tree, &settings);
    findings.extend(rules::licences::check(root, &tree)?);
    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!(
            "tidy: {} files, {} rules, nothing found",
            tree.files.len(),
            rules::ALL.len()
        ),
        n => println!("tidy: {n} findings in {} files", tree.files.len()),
    }
    Ok(findings.len())
}

/// The folder above this crate's own, so that the command works from any folder of the checkout.
fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
