//! The house rules, enforced: which room may know which, which crates live where, how
//! large a file may be. A failure names the file and the rule.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What each room may import. The arrow: app → dialects → http → management → grants → tokens → {keys, store,
/// directory} → oauth; the leaves know nobody, but that configuration speaks the vocabulary.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("entropy", &[]),
    ("secret", &[]),
    ("logging", &["clock"]),
    ("oauth", &["secret"]),
    ("config", &["oauth", "secret"]),
    ("keys", &["clock", "entropy", "secret", "oauth"]),
    ("store", &["clock", "entropy", "secret", "config", "oauth"]),
    ("directory", &["clock", "entropy", "secret", "config", "oauth"]),
    ("tokens", &["clock", "entropy", "secret", "config", "oauth", "keys", "store", "directory"]),
    (
        "grants",
        &["clock", "entropy", "secret", "config", "oauth", "keys", "store", "directory", "tokens"],
    ),
    (
        "management",
        &[
            "clock",
            "entropy",
            "secret",
            "config",
            "oauth",
            "store",
            "directory",
            "tokens",
            "grants",
        ],
    ),
    (
        "http",
        &[
            "clock",
            "entropy",
            "secret",
            "config",
            "logging",
            "oauth",
            "keys",
            "store",
            "directory",
            "tokens",
            "grants",
            "management",
        ],
    ),
    // They translate: whatever is decided or kept is beyond them.
    ("dialects", &["config", "oauth", "grants", "http"]),
];

/// Rooms above the arrow, which may know every other.
const ABOVE: &[&str] = &["app", "cli", "main", "lib"];

/// Crates that stay in their room: the crate, and the paths (below `src/`) that may name it.
const CRATES: &[(&str, &[&str])] = &[
    ("poem", &["app", "http", "dialects"]),
    ("poem_openapi", &["app", "http", "dialects"]),
    ("hyper", &["http/server"]),
    ("hyper_util", &["http/server"]),
    ("redis", &["store/redis"]),
    // Signet compresses what it signs, and inflates nothing that others send.
    ("flate2", &["tokens/status_list"]),
    (
        "moka",
        &["directory/client_keys", "directory/registered", "grants/throttle", "tokens/status_list"],
    ),
    ("sqlx", &["directory/sql"]),
    ("ring", &["keys", "tokens/sealed"]),
    ("jsonwebtoken", &["keys"]),
    ("rsa", &["keys"]),
    ("prometheus_client", &["http/metrics", "http/server"]),
    ("clap", &["cli", "main"]),
    ("rpassword", &["cli/users"]),
    ("argon2", &["directory"]),
    ("icu_casemap", &["oauth/user_name"]),
    ("icu_normalizer", &["oauth/user_name"]),
];

fn rust_files(root: &str) -> Vec<PathBuf> {
    fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root), &mut files);
    files.sort();
    files
}

/// The path below `src/`, without `.rs`: `grants/pipeline`.
fn place(file: &Path) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    file.strip_prefix(source).unwrap().with_extension("").display().to_string()
}

fn room(place: &str) -> &str {
    place.split('/').next().unwrap()
}

/// The lines of code, without comments.
fn code(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.map(str::to_owned).collect()
}

/// The names that follow `prefix` in `text`, in paths and in `use prefix::{a, b::c}` groups.
fn names_after(text: &str, prefix: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (start, _) in text.match_indices(prefix) {
        let before = text[..start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &text[start + prefix.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => names.push(std::mem::take(&mut name)),
                    c if depth == 0 => name.push(c),
                    _ => {}
                }
            }
            names.push(name);
        } else {
            names.push(rest.to_owned());
        }
    }
    let word = |name: String| -> String {
        name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    names.into_iter().map(word).filter(|name| !name.is_empty()).collect()
}

#[test]
fn every_room_imports_only_rooms_below_it() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut broken = Vec::new();
    for file in rust_files("src") {
        let place = place(&file);
        let room = room(&place);
        if ABOVE.contains(&room) {
            continue;
        }
        let Some(allowed) = allowed.get(room) else {
            panic!("src/{place}.rs: the room `{room}` is not in MAY_IMPORT; say what it may know");
        };
        for imported in names_after(&code(&file).join("\n"), "crate::") {
            if imported != room && !allowed.contains(&imported.as_str()) {
                broken.push(format!("src/{place}.rs imports crate::{imported}"));
            }
        }
    }
    assert!(broken.is_empty(), "against the arrow:\n{}", broken.join("\n"));
}

#[test]
fn the_rule_finds_an_import_in_a_group_and_in_a_path() {
    let text =
        "use crate::{\n    clock::Clock,\n    http::{token, jwks},\n};\nlet x = crate::keys::f();";
    assert_eq!(names_after(text, "crate::"), ["clock", "http", "keys"]);
}

#[test]
fn crates_stay_in_their_rooms() {
    let mut broken = Vec::new();
    for file in rust_files("src") {
        let place = place(&file);
        let text = code(&file).join("\n");
        for (name, homes) in CRATES {
            let at_home =
                homes.iter().any(|home| place == *home || place.starts_with(&format!("{home}/")));
            let used = !names_after(&text, &format!("{name}::")).is_empty();
            if used && !at_home {
                broken.push(format!("src/{place}.rs uses {name}, which belongs to {homes:?}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn redis_keys_are_spelled_in_the_schema_alone() {
    let mut broken = Vec::new();
    for file in rust_files("src") {
        let place = place(&file);
        let text = code(&file).join("\n");
        let spelled =
            ["\"rt:", "\"rev:", "}rt:", "}rev:"].iter().any(|literal| text.contains(literal));
        if spelled && place != "store/schema" {
            broken.push(place);
        }
    }
    assert!(broken.is_empty(), "Redis key literals outside store/schema.rs: {broken:?}");
}

/// A script takes its one key as an argument: so it stays on one slot of a cluster, and below the prefix.
#[test]
fn scripts_take_one_key_and_spell_none() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/redis");
    let mut scripts = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "lua") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        scripts += 1;
        assert!(text.starts_with("--"), "{} does not say what it does", path.display());
        for wrong in ["KEYS[2]", "rt:", "rev:"] {
            assert!(!text.contains(wrong), "{} has {wrong}", path.display());
        }
    }
    assert!(scripts > 0, "no script was found");
}

#[test]
fn files_stay_small() {
    let mut sizes: Vec<(usize, String)> = rust_files("src")
        .into_iter()
        .chain(rust_files("verifier/src"))
        .map(|file| {
            (fs::read_to_string(&file).unwrap().lines().count(), file.display().to_string())
        })
        .collect();
    sizes.sort();
    let at = |share: usize| &sizes[(sizes.len() - 1) * share / 100];
    assert!(at(50).0 <= 120, "the median file has over 120 lines: {:?}", at(50));
    assert!(at(90).0 <= 250, "one file in ten has over 250 lines: {:?}", at(90));
    assert!(at(100).0 <= 400, "a file has over 400 lines: {:?}", at(100));
}

#[test]
fn every_file_opens_with_its_sign() {
    for file in rust_files("src").into_iter().chain(rust_files("verifier/src")) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//!"), "{} does not say what it owns", file.display());
    }
}

#[test]
fn tests_live_in_files_of_their_own() {
    for file in rust_files("src").into_iter().chain(rust_files("verifier/src")) {
        let inline = code(&file).iter().any(|line| line.trim_start().starts_with("mod tests {"));
        assert!(!inline, "{} has tests in it; move them to a file of their own", file.display());
    }
}

#[test]
fn every_dependency_carries_its_reason() {
    for manifest in ["Cargo.toml", "verifier/Cargo.toml"] {
        let text =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(manifest)).unwrap();
        let mut in_dependencies = false;
        for line in text.lines() {
            if line.starts_with('[') {
                in_dependencies = line.contains("dependencies]");
            } else if in_dependencies && line.contains('=') {
                assert!(line.contains('#'), "{manifest}: no reason beside `{line}`");
            }
        }
    }
}

/// No dialect in the core: what they are called, configuration knows beside their own room and the one line
/// that mounts them.
#[test]
fn no_room_but_their_own_knows_a_dialect() {
    let names = ["etmdb", "teen-quotes", "teen_quotes", "metamaps", "cameramanager", "fusio"];
    let mut broken = Vec::new();
    let mut mounted = Vec::new();
    for file in rust_files("src") {
        let place = place(&file);
        let at_home = ["config/dialects", "config/validation/dialects"].contains(&place.as_str());
        if at_home || room(&place) == "dialects" {
            continue;
        }
        for line in code(&file) {
            let lower = line.to_lowercase();
            if names.iter().any(|name| lower.contains(name)) {
                broken.push(format!("src/{place}.rs: {line}"));
            }
            if line.contains("crate::dialects") {
                mounted.push(place.clone());
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    // Whoever takes the room out takes the line out with it.
    let there = rust_files("src").iter().any(|file| room(&place(file)) == "dialects");
    let expected: &[&str] = if there { &["app"] } else { &[] };
    assert_eq!(mounted, expected, "the room is mounted in one line");
}
