//! The room can be taken out: with it go its line in `lib.rs`, the one in `app.rs` that mounts it, and this
//! test.

use std::{fs, path::Path, process::Command};

/// Copies `from`, where it differs, so that what was built of it before is still good.
fn copy(from: &Path, to: &Path, skip: &[&str]) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(to).unwrap() {
            let known = entry.unwrap();
            if !from.join(known.file_name()).exists() {
                let path = known.path();
                if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
                    .unwrap();
            }
        }
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            if !skip.contains(&name.to_str().unwrap()) {
                copy(&from.join(&name), &to.join(&name), skip);
            }
        }
    } else if fs::read(to).ok() != Some(fs::read(from).unwrap()) {
        fs::copy(from, to).unwrap();
    }
}

/// Takes the one line that has `part` out of `file`.
fn take_out(file: &Path, part: &str) {
    let text = fs::read_to_string(file).unwrap();
    let (out, rest): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.contains(part));
    assert_eq!(out.len(), 1, "{}: {out:?}", file.display());
    fs::write(file, rest.join("\n") + "\n").unwrap();
}

#[test]
fn the_tree_builds_without_the_room_and_the_line_that_mounts_it() {
    let tree = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copied = Path::new(env!("CARGO_TARGET_TMPDIR")).join("without-dialects");
    for name in ["Cargo.toml", "Cargo.lock", "src", "templates", "verifier", "benches"] {
        copy(&tree.join(name), &copied.join(name), &["target"]);
    }
    fs::remove_dir_all(copied.join("src/dialects")).unwrap();
    fs::remove_file(copied.join("src/dialects.rs")).unwrap();
    take_out(&copied.join("src/lib.rs"), "pub mod dialects;");
    take_out(&copied.join("src/app.rs"), "crate::dialects");

    let mut check = Command::new(env!("CARGO"));
    check
        .args(["check", "--quiet", "--offline", "--locked", "--lib", "--bins"])
        .current_dir(&copied);
    // What this tree was built of is built already.
    check.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap());
    let output = check.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
