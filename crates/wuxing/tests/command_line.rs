//! The command line as a person meets it: figures, places of mistakes, exit codes.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot run the program has failed"
)]

use std::path::Path;
use std::process::Command;

/// Runs the program in the repository's folder; gives exit code, standard output and standard error.
fn wuxing(arguments: &[&str]) -> (i32, String, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let done = Command::new(env!("CARGO_BIN_EXE_wuxing"))
        .args(arguments)
        .current_dir(root)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        done.status.code().unwrap(),
        text(done.stdout),
        text(done.stderr),
    )
}

#[test]
fn b7_everything_required_asks_of_a_cadre_what_the_product_page_says() {
    let (code, out, _) = wuxing(&[
        "charter",
        "load",
        "charters/wuxing-full.toml",
        "--year",
        "2026",
        "--format",
        "json",
    ]);
    assert_eq!(code, 0);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let positions = report["positions"].as_array().unwrap();
    let staff = positions
        .iter()
        .find(|position| position["position"] == "staff")
        .unwrap();
    let owed: Vec<(&str, u64)> = staff["duties"]
        .as_array()
        .unwrap()
        .iter()
        .map(|duty| {
            (
                duty["duty"].as_str().unwrap(),
                duty["owed"].as_u64().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("clipping", 248),
        ("reflection", 52),
        ("article", 36),
        ("book-note", 12),
        ("suggestion-work", 52),
        ("suggestion-department", 52),
        ("field-day", 197),
        ("research-topic", 12),
        ("talk-deputy", 12),
        ("talk-minister", 4),
    ];
    assert_eq!(owed, expected);
    let receivers = report["receivers"].as_array().unwrap();
    assert!(
        receivers
            .iter()
            .any(|receiver| receiver["receiver"] == "office"
                && receiver["hours"].as_f64() > Some(0.0))
    );
}

#[test]
fn a_charter_with_a_mistake_names_file_line_column_and_what_was_expected() {
    let folder = fresh_folder();
    let good = include_str!("../../../charters/wuxing.toml");
    let cases: [(&str, Vec<u8>, &str); 2] = [
        (
            "cadence.toml",
            good.replacen("every = \"xun\"", "every = \"fortnight\"", 1)
                .into_bytes(),
            "expected one of day",
        ),
        (
            "bytes.toml",
            [b"title = \"x\"\n# ".as_slice(), &[0xff]].concat(),
            ":2:3: expected text in UTF-8",
        ),
    ];
    for (name, bytes, expected) in cases {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        let (code, out, error) =
            wuxing(&["charter", "load", path.to_str().unwrap(), "--year", "2026"]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(error.contains(name) && error.contains(expected), "{error}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_charter_is_checked_as_the_editor_checks_it() {
    let folder = fresh_folder();
    let good = include_str!("../../../charters/wuxing.toml");
    let path = folder.join("draft.toml");
    let check = |text: &str, format: &str| {
        std::fs::write(&path, text).unwrap();
        let file = path.to_str().unwrap().to_owned();
        wuxing(&["charter", "check", &file, "--format", format])
    };
    let (code, out, _) = check(good, "text");
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("no mistakes"), "{out}");
    // A warning is no failure.
    let (code, out, _) = check(&good.replacen("minutes = 15", "minutes = 0", 1), "text");
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("warning: the duty clipping"), "{out}");

    let wrong = good
        .replacen("every = \"xun\"", "every = \"fortnight\"", 1)
        .replacen("minutes = 15", "minutes = \"long\"", 1);
    let (code, out, _) = check(&wrong, "json");
    assert_eq!(code, 1, "{out}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let told: Vec<_> = report["mistakes"].as_array().unwrap().iter().collect();
    let charter_check = domain::charter::check(&wrong, "x").unwrap_err();
    assert_eq!(told.len(), 2);
    for (told, fault) in told.iter().zip(&charter_check.all) {
        assert_eq!(told["part"], fault.part.word());
        assert_eq!(told["field"].as_str(), fault.key);
        assert_eq!(told["line"], fault.error.line);
        assert_eq!(told["column"], fault.error.column);
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_calendar_in_which_a_day_stands_twice_is_refused_at_its_place() {
    let folder = fresh_folder();
    let twice = "{\"year\": 2026, \"days\": [\n{\"name\":\"x\",\"date\":\"2026-01-01\",\"isOffDay\":true},\n{\"name\":\"x\",\"date\":\"2026-01-01\",\"isOffDay\":false}]}";
    std::fs::write(folder.join("2026.json"), twice).unwrap();
    let (code, _, error) = wuxing(&[
        "calendar",
        "show",
        "2026",
        "--calendars",
        folder.to_str().unwrap(),
    ]);
    assert_eq!(code, 2);
    assert!(
        error.contains("2026.json: line 3") && error.contains("stands twice"),
        "{error}"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_year_2099_is_provisional_and_says_so() {
    let (code, out, _) = wuxing(&["calendar", "show", "2099"]);
    assert_eq!(code, 0);
    assert!(out.contains("provisional"), "{out}");
}

/// A fresh folder of this test.
fn fresh_folder() -> std::path::PathBuf {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("wuxing-cli-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn part_c_a_token_is_made_for_an_account_and_too_wide_a_one_is_refused() {
    let folder = fresh_folder();
    let data = folder.to_str().unwrap();
    let (code, _, err) = wuxing(&[
        "demo",
        "--data",
        data,
        "--as-of",
        "2026-01-06",
        "--build-only",
    ]);
    assert_eq!(code, 0, "{err}");
    let make = |account: &str, scopes: &[&str], days: &str| {
        let mut arguments = vec!["token", "create", "--data", data, "--account", account];
        arguments.extend(["--days", days]);
        arguments.extend(scopes.iter().flat_map(|scope| ["--scope", scope]));
        wuxing(&arguments)
    };
    let (code, out, err) = make("linzhiyuan", &["records:read", "ledger:read"], "30");
    assert_eq!(code, 0, "{err}");
    let token = out.trim_end();
    assert!(token.starts_with("wx_") && token.len() == 83, "{token}");
    assert!(
        err.contains("for ledger:read records:read, until "),
        "{err}"
    );
    for (account, scopes, days, says) in [
        (
            "nobody",
            &["records:read"][..],
            "30",
            "there is no open account nobody",
        ),
        (
            "linzhiyuan",
            &["audit:read", "*"],
            "30",
            "--scope audit:read: the account may not do this itself",
        ),
        (
            "linzhiyuan",
            &["*"],
            "30",
            "--scope *: what a token may do is said scope by scope",
        ),
        (
            "linzhiyuan",
            &["record:read"],
            "30",
            "--scope record:read: there is no such scope",
        ),
        (
            "linzhiyuan",
            &["records:read"],
            "366",
            "--days: expected 1 to 365",
        ),
    ] {
        let (code, out, err) = make(account, scopes, days);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains(says), "{err}");
    }
    let (code, _, err) = wuxing(&["audit", "verify", "--data", data]);
    assert_eq!(code, 0, "{err}");
}
