//! The room can be taken out: with it go its line in `lib.rs`, the one in `app.rs` that mounts it, and these
//! tests.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Every file at or below `path`, relative to `tree`.
fn files(tree: &Path, path: &Path, found: &mut BTreeSet<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            files(tree, &entry.unwrap().path(), found);
        }
    } else {
        found.insert(path.strip_prefix(tree).unwrap().to_owned());
    }
}

/// `text` without the one line that has `part`.
fn without(text: &[u8], part: &str) -> Vec<u8> {
    let text = std::str::from_utf8(text).unwrap();
    let (out, rest): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.contains(part));
    assert_eq!(out.len(), 1, "{part}: {out:?}");
    (rest.join("\n") + "\n").into_bytes()
}

/// Only what differs is written, so that what was built before is still good.
fn copy_without_the_room(tree: &Path, copied: &Path) {
    let mut wanted = BTreeSet::new();
    for name in ["Cargo.toml", "Cargo.lock", "src", "templates", "verifier", "benches"] {
        files(tree, &tree.join(name), &mut wanted);
    }
    wanted.retain(|file| !file.starts_with("src/dialects") && !file.ends_with("src/dialects.rs"));
    let mut known = BTreeSet::new();
    files(copied, copied, &mut known);
    for file in known.difference(&wanted) {
        fs::remove_file(copied.join(file)).unwrap();
    }
    for file in &wanted {
        let text = fs::read(tree.join(file)).unwrap();
        let text = match file.to_str() {
            Some("src/lib.rs") => without(&text, "pub mod dialects;"),
            Some("src/app.rs") => without(&text, "crate::dialects"),
            _ => text,
        };
        let to = copied.join(file);
        if fs::read(&to).ok().as_ref() != Some(&text) {
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, text).unwrap();
        }
    }
}

#[test]
fn the_tree_builds_without_the_room_and_the_line_that_mounts_it() {
    let targets = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let copied = targets.join("without-dialects");
    fs::create_dir_all(&copied).unwrap();
    copy_without_the_room(Path::new(env!("CARGO_MANIFEST_DIR")), &copied);
    let mut check = Command::new(env!("CARGO"));
    check.args(["check", "--quiet", "--offline", "--locked", "--lib", "--bins"]);
    // The dependencies are built already.
    check.current_dir(&copied).env("CARGO_TARGET_DIR", targets.parent().unwrap());
    let output = check.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
