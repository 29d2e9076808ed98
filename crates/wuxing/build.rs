//! Bundles the stylesheet and the script into the program.
//!
//! The packages that `assets/package-lock.json` names are installed once per lock file, below the target folder and
//! shared by all profiles; the source tree is never written to. `assets/build.mjs` then bundles and compresses, and
//! the result becomes a table of constants that `src/web/assets.rs` includes. `WUXING_ASSETS_DIR` names a folder that
//! already holds what `build.mjs` makes: such a build needs neither Node nor a network.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use sha2::{Digest, Sha256};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Every file that is served, with its media type.
const FILES: [(&str, &str); 4] = [
    ("app.css", "text/css; charset=utf-8"),
    ("app.js", "text/javascript; charset=utf-8"),
    ("boot.js", "text/javascript; charset=utf-8"),
    ("icon.svg", "image/svg+xml"),
];

const NEEDS_NODE: &str = "the pages' stylesheet and script are bundled with Node 20 or newer and npm. \
     Install them (Debian and Ubuntu: `apt-get install nodejs npm`), or set WUXING_ASSETS_DIR to a folder \
     made by `node assets/build.mjs` on another machine";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Cargo shows these lines on their own, above the rest of its report.
            println!("cargo::error={}", error.to_string().replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=WUXING_ASSETS_DIR");
    let source = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("assets");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let bundled = if let Ok(folder) = env::var("WUXING_ASSETS_DIR") {
        println!("cargo::rerun-if-changed={folder}");
        PathBuf::from(folder)
    } else {
        for part in [
            "package.json",
            "package-lock.json",
            ".npmrc",
            "build.mjs",
            "icon.svg",
            "css",
            "js",
        ] {
            println!("cargo::rerun-if-changed={}", source.join(part).display());
        }
        let folder = out.join("assets");
        bundle(&source, &tools(&source, &out)?, &folder)?;
        folder
    };
    fs::write(out.join("assets.rs"), table(&bundled)?)?;
    Ok(())
}

/// The folder with the installed packages of this lock file; installs them when it is the first to ask.
fn tools(source: &Path, out: &Path) -> Outcome<PathBuf> {
    let parts = ["package.json", "package-lock.json", ".npmrc"];
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(read(&source.join(part))?);
    }
    let shared = target_folder(out).join("wuxing-assets");
    let folder = shared.join(hexadecimal(&digest.finalize()));
    let stamp = folder.join("installed");
    fs::create_dir_all(&shared)?;
    // Two profiles may build at the same time; the second waits here and then finds the stamp.
    let lock = File::create(shared.join("lock"))?;
    lock.lock()?;
    if !stamp.exists() {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        for part in parts {
            fs::copy(source.join(part), folder.join(part))?;
        }
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let mut install = Command::new(npm);
        install
            .args([
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ])
            .current_dir(&folder);
        succeed(
            &mut install,
            "installing the packages of assets/package-lock.json",
        )?;
        File::create(&stamp)?;
    }
    Ok(folder)
}

fn bundle(source: &Path, tools: &Path, out: &Path) -> Outcome<()> {
    let mut node = Command::new("node");
    node.arg(source.join("build.mjs"))
        .arg("--tools")
        .arg(tools)
        .arg("--out")
        .arg(out);
    succeed(&mut node, "bundling the assets")
}

fn succeed(command: &mut Command, doing: &str) -> Outcome<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .map_err(|error| format!("{doing}: cannot run `{name}` ({error}): {NEEDS_NODE}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{doing} failed: {}. Note: {NEEDS_NODE}", said.trim()).into())
}

/// The target folder is the nearest one that cargo marked as a cache.
fn target_folder(out: &Path) -> &Path {
    out.ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").exists())
        .unwrap_or(out)
}

/// Rust source of the constant `ASSETS`. A file's public name carries a digest of its content, so that browsers may
/// keep it for ever.
fn table(folder: &Path) -> Outcome<String> {
    let mut source = String::from("const ASSETS: &[Asset] = &[\n");
    for (name, media_type) in FILES {
        let plain = folder.join(name);
        let digest = hexadecimal(&Sha256::digest(read(&plain)?));
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        writeln!(
            source,
            "    Asset {{ logical: {name:?}, file: \"{stem}.{digest}.{extension}\", url: \"/assets/{stem}.{digest}.{extension}\", \
             digest: {digest:?}, media_type: {media_type:?}, plain: include_bytes!({:?}), gzip: include_bytes!({:?}), brotli: include_bytes!({:?}) }},",
            existing(&plain)?,
            existing(&folder.join(format!("{name}.gz")))?,
            existing(&folder.join(format!("{name}.br")))?,
        )?;
    }
    source.push_str("];\n");
    Ok(source)
}

fn existing(file: &Path) -> Outcome<PathBuf> {
    Ok(file.canonicalize().map_err(|error| missing(file, &error))?)
}

fn read(file: &Path) -> Outcome<Vec<u8>> {
    Ok(fs::read(file).map_err(|error| missing(file, &error))?)
}

fn missing(file: &Path, error: &std::io::Error) -> String {
    format!(
        "{} cannot be read ({error}); `node assets/build.mjs` makes the files that WUXING_ASSETS_DIR must hold",
        file.display()
    )
}

/// The first twelve hexadecimal digits: enough to tell versions of one file apart.
fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().take(6).fold(String::new(), |mut text, byte| {
        // Writing into a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
