//! User names: which are the same, which are none, and the `sub` that follows from them.

use signet::oauth::{EmailAddress, PersonName, UserId, UserName};

use crate::support::people::{claims, server, signed_in};

fn name(text: &str) -> UserName {
    text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

#[test]
fn names_that_people_read_as_one_are_one() {
    for (one, other) in [
        ("zoë", "ZOË"),
        ("zo\u{EB}", "zoe\u{308}"),
        ("demo", "\u{FF24}\u{FF25}\u{FF2D}\u{FF2F}"),
        ("straße", "STRASSE"),
        ("ﬁnn", "FINN"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("a b", "a\u{A0}b"),
    ] {
        assert_eq!(name(one), name(other), "{one} {other}");
    }
    for (one, other) in [("zoe", "zoë"), ("demo", "dem0"), ("a b", "ab"), ("a", "\u{430}")] {
        assert_ne!(name(one), name(other), "{one} {other}");
    }
}

#[test]
fn what_nobody_can_see_or_that_is_too_long_is_in_no_name() {
    let (longest, longer) = ("x".repeat(256), "x".repeat(257));
    assert!(longest.parse::<UserName>().is_ok());
    for text in [
        "",
        " ",
        "a\0b",
        "a\nb",
        "a\u{7F}",
        "a\u{85}",
        " demo",
        "demo ",
        "de\u{200B}mo",
        "\u{202E}omed",
        "demo\u{AD}",
        "\u{FEFF}demo",
        "\u{3000}demo",
        "de\u{2066}mo",
        "demo\u{2800}",
        "demo\u{1BCA0}",
        "demo\u{1D173}",
        &longer,
    ] {
        assert!(text.parse::<UserName>().is_err(), "{text:?}");
    }
}

#[test]
fn what_people_are_called_shows_as_what_it_is() {
    let longest = "x".repeat(256);
    for name in ["Zoë Demo", "محمد", "👩\u{200D}🔬", &longest] {
        assert!(name.parse::<PersonName>().is_ok(), "{name:?}");
    }
    for text in ["", "a\nb", "a\u{1B}[31mb", "a\u{202E}b", "a\u{2028}b", "a\u{2066}b"] {
        assert!(text.parse::<PersonName>().is_err(), "{text:?}");
        assert!(format!("{text}@example.com").parse::<EmailAddress>().is_err(), "{text:?}");
    }
}

#[test]
fn a_persons_id_follows_from_issuer_and_name_alone() {
    let issuer = "https://id.example.com".parse().unwrap();
    let id = UserId::of_name(&issuer, &name("Demo"));
    // uuid5(uuid5(NAMESPACE_URL, issuer), name), by Python.
    assert_eq!(id.as_str(), "a24e101c-b1c0-535d-9ccd-e8c34284c881");
    assert_eq!(id, UserId::of_name(&issuer, &name("demo")));
    assert_ne!(id, UserId::of_name(&issuer, &name("demo2")));
    let other = "https://id.example.org".parse().unwrap();
    assert_ne!(id, UserId::of_name(&other, &name("demo")));
}

#[test]
fn an_id_is_a_uuid_written_as_usual() {
    let id: UserId = "4F9C2F0E-6F3B-4A52-9D5C-0F1F1C2D3E4F".parse().unwrap();
    assert_eq!(id.as_str(), "4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f");
    for text in [
        "",
        "demo",
        "4f9c2f0e6f3b4a529d5c0f1f1c2d3e4f",
        "{4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f}",
        "urn:uuid:4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f",
        "00000000-0000-0000-0000-000000000000",
    ] {
        assert!(text.parse::<UserId>().is_err(), "{text}");
    }
}

#[tokio::test]
async fn look_alikes_sign_the_same_person_in() {
    let server = server().await;
    let issuer = server.issuer.parse().unwrap();
    let id = UserId::of_name(&issuer, &name("zoë"));
    for username in ["Zoë", "zoe\u{308}", "ＺＯＥ\u{308}"] {
        let response = signed_in(&server, "app", username, "").await;
        assert_eq!(claims(&response)["sub"], id.as_str(), "{username}");
    }
}
