//! Charters as files: the presets are what the product page says, and a mistake is named with its place.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use domain::charter::{Charter, parse};

mod bounds;
mod comparing;
mod editing;
mod mistakes;
mod presets;

pub(crate) const PRESETS: [&str; 3] = ["wuxing", "wuxing-full", "company"];

pub(crate) fn file(name: &str) -> String {
    std::fs::read_to_string(format!(
        "{}/../../charters/{name}",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
}

pub(crate) fn preset(name: &str) -> Charter {
    let name = format!("{name}.toml");
    parse(&file(&name), &name).unwrap_or_else(|error| panic!("{error}"))
}

/// A small charter in which the tests make their mistakes.
pub(crate) const SMALL: &str = r#"title = "小章程"
preamble = ["前言"]

[cap]
hours_per_week = 4

[[pillar]]
key = "learning"
name = { zh = "学习型", en = "Learning" }
clauses = ["甲甲甲甲", "乙乙乙乙", "丙丙丙丙", "丁丁丁丁"]

[[article]]
number = 1
pillar = "learning"
title = "第一条"
text = "条文"
rules = ["R23"]

[[duty]]
id = "one"
name = "任务"
pillar = "learning"
article = 1
force = "required"
who = ["staff"]
evidence = "clipping"
every = "week"
minutes = 15
exclusive = "pair"

[[duty]]
id = "two"
name = "任务"
pillar = "learning"
article = 1
force = "required"
who = ["deputies"]
with = "in-charge"
evidence = "talk"
every = "month"
minutes = 30
receivers = { counterpart = 30 }
exclusive = "pair"
"#;
