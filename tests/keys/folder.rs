//! The key folder: what is refused, by which message; and what is harmless.

use std::{fs, time::Duration};

use signet::keys::{KeyDirectory, KeyError};
use signet_verifier::Algorithm;

use super::support::{Folder, QUICK, START, entry, pem, signing_key};

/// A folder with one ES256 key; its name and its file's.
fn one_key() -> (Folder, String, String) {
    let (folder, kid) = Folder::with_pem(&pem(Algorithm::Es256), Algorithm::Es256);
    let file = format!("{kid}.pem");
    (folder, kid, file)
}

#[test]
fn a_sound_folder_loads() {
    let (folder, kid, _) = one_key();
    let ring = folder.keys().load().unwrap();
    assert_eq!(ring.signing_key(Algorithm::Es256, START).unwrap().kid(), kid);
}

#[test]
fn a_folder_without_a_ring_is_refused_with_the_mend() {
    let folder = Folder::empty();
    let error = folder.keys().load().unwrap_err();
    assert!(matches!(error, KeyError::NoRing { .. }), "{error}");
    let path = folder.file("ring.toml");
    let expected = format!(
        "{} does not exist: run `signet keys generate` or set keys.generate = true",
        path.display()
    );
    assert_eq!(error.to_string(), expected);

    let nowhere = KeyDirectory::new(folder.file("nowhere"), Duration::from_secs(1));
    assert!(matches!(nowhere.load(), Err(KeyError::NoRing { .. })));
}

#[test]
fn a_listed_key_without_a_file_is_refused() {
    let (folder, _, file) = one_key();
    fs::remove_file(folder.file(&file)).unwrap();
    let refusal = folder.refusal();
    assert!(refusal.contains(&file) && refusal.contains("restore the file"), "{refusal}");
}

#[test]
fn a_private_key_that_others_may_touch_is_refused() {
    let (folder, _, file) = one_key();
    for mode in [0o604, 0o602, 0o601, 0o644, 0o666] {
        folder.chmod(&file, mode);
        let refusal = folder.refusal();
        assert!(refusal.contains(&file) && refusal.contains("chmod 600"), "{refusal}");
        assert!(refusal.contains(&format!("{mode:03o}")), "{refusal}");
    }
    for mode in [0o600, 0o400, 0o640, 0o440] {
        folder.chmod(&file, mode);
        assert!(folder.keys().load().is_ok(), "{mode:o}");
    }
}

#[test]
fn the_public_ring_file_may_be_read_by_all() {
    let (folder, ..) = one_key();
    folder.chmod("ring.toml", 0o644);
    assert!(folder.keys().load().is_ok());
}

#[test]
fn a_file_that_holds_another_key_than_its_name_says_is_refused() {
    let (folder, _, file) = one_key();
    let other = pem(Algorithm::Es256);
    folder.write(&file, &other);
    let error = folder.keys().load().unwrap_err();
    assert!(matches!(error, KeyError::OtherKey { .. }), "{error}");
    assert!(error.to_string().contains(&file), "{error}");
}

#[test]
fn an_algorithm_that_does_not_fit_the_key_is_refused() {
    let (folder, kid, file) = one_key();
    folder.write("ring.toml", &entry(&kid, "ES384", START));
    let refusal = folder.refusal();
    assert!(refusal.contains(&file), "{refusal}");
    assert!(refusal.contains("a P-256 key cannot sign ES384"), "{refusal}");
}

#[test]
fn a_weak_or_truncated_key_is_refused_by_its_file_name() {
    let (folder, _, file) = one_key();
    let pem = folder.read(&file);
    folder.write(&file, &pem[..pem.len() / 2]);
    let refusal = folder.refusal();
    assert!(refusal.contains(&file) && refusal.contains("PKCS#8 PEM"), "{refusal}");
    fs::write(folder.file(&file), [0xff; 64]).unwrap();
    assert!(folder.refusal().contains("PKCS#8 PEM"));
}

#[test]
fn a_key_that_is_listed_twice_is_refused() {
    let (folder, kid, _) = one_key();
    let twice = entry(&kid, "ES256", START) + &entry(&kid, "ES256", START + 1);
    folder.write("ring.toml", &twice);
    let refusal = folder.refusal();
    assert!(refusal.contains(&format!("lists the key {kid} twice")), "{refusal}");
}

#[test]
fn one_rsa_key_for_two_algorithms_is_refused() {
    let (folder, kid) = Folder::with_pem(&pem(Algorithm::Rs256), Algorithm::Rs256);
    let both = entry(&kid, "RS256", START) + &entry(&kid, "PS256", START);
    folder.write("ring.toml", &both);
    assert!(folder.refusal().contains("twice"));
}

#[test]
fn a_malformed_ring_is_refused_by_its_line_and_never_repeated() {
    let (folder, kid, _) = one_key();
    let good = entry(&kid, "ES256", START);
    let secret = "MIGHAgEAMBMGByqGSM49";
    for (bad, line) in [
        (format!("{good}owner = \"{secret}\"\n"), 6),
        (format!("{secret} = 1\n{good}"), 1),
        (format!("{good}{secret}\n"), 6),
        (good.replace("ES256", secret), 3),
        (good.replace("ES256", "HS256"), 3),
        (good.replace("ES256", "none"), 3),
        (good.replace(&format!("created_at = {START}"), &format!("created_at = \"{secret}\"")), 4),
        (good.replace(&format!("signs_from = {START}"), "signs_from = -1"), 5),
        (good.replace(&format!("signs_from = {START}\n"), ""), 1),
        (good.replace(&kid, "../../../etc/passwd"), 2),
        (good.replace(&kid, &format!("../{}", &kid[3..])), 2),
        (good.replace(&kid, &kid[1..]), 2),
        ("\n\n[[key]".to_owned(), 3),
    ] {
        folder.write("ring.toml", &bad);
        let error = folder.keys().load().unwrap_err();
        let KeyError::MalformedRing { line: found, .. } = &error else {
            unreachable!("{bad}: {error}")
        };
        assert_eq!(*found, line, "{bad}");
        assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
    }
    fs::write(folder.file("ring.toml"), b"# fine\n\xff").unwrap();
    assert!(folder.refusal().contains("line 2"));
}

#[test]
fn oversize_files_are_refused_unread() {
    let (folder, kid, file) = one_key();
    let pem = folder.read(&file);
    folder.write(&file, &format!("{pem}{}", " ".repeat(1 << 20)));
    assert!(folder.refusal().contains("larger than 16384 bytes"));
    folder.write(&file, &pem);
    let padding = "# padding\n".repeat(1 << 17);
    folder.write("ring.toml", &format!("{padding}{}", entry(&kid, "ES256", START)));
    assert!(folder.refusal().contains("larger than 262144 bytes"));
    folder.write("ring.toml", &entry(&kid, "ES256", START));
    folder.write("sealing.key", &"#\n".repeat(1 << 17));
    let error = folder.keys().load_sealing_keys().unwrap_err();
    assert!(matches!(error, KeyError::TooLarge { .. }), "{error}");
}

#[test]
fn what_is_no_file_is_refused() {
    let (folder, _, file) = one_key();
    fs::remove_file(folder.file(&file)).unwrap();
    fs::create_dir(folder.file(&file)).unwrap();
    let error = folder.keys().load().unwrap_err();
    assert!(matches!(error, KeyError::NotAFile { .. }), "{error}");
}

#[test]
fn a_pem_that_the_ring_does_not_list_is_ignored() {
    let (folder, ..) = one_key();
    let stranger = signing_key(Algorithm::EdDsa);
    folder.write(&format!("{}.pem", stranger.kid()), "not even a key");
    folder.write("notes.pem", &pem(Algorithm::EdDsa));
    folder.chmod("notes.pem", 0o644);
    assert_eq!(folder.keys().load().unwrap().list(START).len(), 1);
}

#[test]
fn no_error_repeats_a_private_key() {
    let (folder, kid, file) = one_key();
    let pem = folder.read(&file);
    let body: Vec<_> = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let mut seen = Vec::new();
    let mut refuse = |folder: &Folder| {
        let error = folder.keys().load().unwrap_err();
        seen.push(format!("{error} {error:?}"));
    };

    folder.write("ring.toml", &pem);
    refuse(&folder);
    folder.write("ring.toml", &entry(&kid, body[0], START));
    refuse(&folder);
    folder.write("ring.toml", &entry(&kid, "EdDSA", START));
    refuse(&folder);
    folder.write("ring.toml", &entry(&kid, "ES256", START));
    for broken in [
        pem.replace("-----END", "-----FIN"),
        pem.replace("PRIVATE KEY", "EC PRIVATE KEY"),
        pem.replacen(body[0], &body[0].replace('M', "N"), 1),
        format!("{}!\n{}", body[0], pem),
        pem.replacen(body[1], &format!("{}!", body[1]), 1),
        body.concat(),
    ] {
        folder.write(&file, &broken);
        match folder.keys().load() {
            Ok(_) => assert!(broken.ends_with(&pem), "{broken}"),
            Err(error) => seen.push(format!("{error} {error:?}")),
        }
    }
    folder.write(&file, &pem);
    folder.chmod(&file, 0o644);
    let error = folder.keys().load().unwrap_err();
    seen.push(format!("{error} {error:?}"));

    assert!(seen.len() >= 8, "{seen:#?}");
    for (text, line) in seen.iter().flat_map(|text| body.iter().map(move |line| (text, line))) {
        for piece in line.as_bytes().chunks(12).filter(|piece| piece.len() == 12) {
            assert!(!text.contains(str::from_utf8(piece).unwrap()), "{text}");
        }
    }
}

#[test]
fn debug_of_a_ring_shows_no_private_key() {
    let folder = Folder::with_keys(&QUICK);
    let shown = format!("{:?}", folder.keys().load().unwrap());
    for name in folder.names().iter().filter(|name| name.ends_with(".pem")) {
        let pem = folder.read(name);
        let body = pem.lines().nth(1).unwrap();
        assert!(!shown.contains(body) && !shown.contains("PRIVATE"), "{shown}");
    }
}

#[test]
fn the_fingerprint_changes_with_each_file_and_with_nothing_else() {
    let folder = Folder::with_keys(&[Algorithm::Es256]);
    let pem = folder.names().into_iter().find(|name| name.ends_with(".pem")).unwrap();
    let keys = folder.keys();
    let mut last = keys.fingerprint();
    assert_eq!(keys.fingerprint(), last);

    for name in ["ring.toml", "sealing.key", &pem] {
        let contents = folder.read(name);
        folder.write(".replacement", &contents);
        fs::rename(folder.file(".replacement"), folder.file(name)).unwrap();
        let replaced = keys.fingerprint();
        assert_ne!(replaced, last, "{name} replaced by an equal file");
        folder.write(name, &format!("{contents}\n"));
        let longer = keys.fingerprint();
        assert_ne!(longer, replaced, "{name} written to");
        folder.chmod(name, 0o640);
        last = keys.fingerprint();
        assert_ne!(last, longer, "{name} opened to the group");
    }

    folder.write("README.md", "about this folder");
    assert_eq!(keys.fingerprint(), last);
    keys.load().unwrap();
    assert_eq!(keys.fingerprint(), last);
    fs::remove_file(folder.file("sealing.key")).unwrap();
    assert_ne!(keys.fingerprint(), last);
}

#[test]
fn the_fingerprint_of_a_missing_folder_is_none_of_a_sound_one() {
    let folder = Folder::with_keys(&[]);
    let nowhere = KeyDirectory::new(folder.file("nowhere"), Duration::from_secs(1));
    assert_eq!(nowhere.fingerprint(), nowhere.fingerprint());
    assert_ne!(nowhere.fingerprint(), folder.keys().fingerprint());
}
