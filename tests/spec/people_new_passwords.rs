//! New passwords: which may be chosen (NIST SP 800-63B section 3.1.1.2), and how their digests are made.

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use signet::{
    directory::{
        CannotHash, Cost, NotCompared, NotMade, PasswordUnfit, Passwords, PoolSize,
        check_new_password,
    },
    entropy::{Entropy, EntropyUnavailable, SystemEntropy},
    oauth::folded,
    secret::Secret,
};

use crate::support::eventually;

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// Whether somebody with an ordinary name may choose it.
fn chosen(password: &str) -> Result<(), PasswordUnfit> {
    check_new_password(&secret(password), &"zoë".parse().unwrap(), Some("demo@example.com"))
}

fn chosen_by(username: &str, email: &str, password: &str) -> Result<(), PasswordUnfit> {
    check_new_password(&secret(password), &username.parse().unwrap(), Some(email))
}

#[test]
fn a_password_has_8_characters_to_1024_bytes_and_nothing_is_cut_off() {
    assert_eq!(chosen("q7!x\u{e9}z"), Err(PasswordUnfit::TooShort));
    assert_eq!(chosen(""), Err(PasswordUnfit::TooShort));
    assert_eq!(chosen("xk7fq2m"), Err(PasswordUnfit::TooShort));
    assert_eq!(chosen("\u{1F980}\u{1F41D}"), Err(PasswordUnfit::TooShort), "two, in eight bytes");
    assert_eq!(chosen("xk7fq2mv"), Ok(()));
    let long: String = "correct horse battery staple ".chars().cycle().take(1024).collect();
    assert_eq!(chosen(&long), Ok(()));
    assert_eq!(chosen(&(long + "x")), Err(PasswordUnfit::TooLong));
}

#[test]
fn whatever_people_can_type_may_stand_in_a_password_and_nothing_must() {
    for password in [
        "correct horse battery",
        "tea for two at noon",
        "kvothe sings again",
        "xkqmvwzp",
        "83920174655",
        "Müßiggang ist aller",
        "пять зелёных мышей",
        "\u{1F980}\u{1F980}\u{1F41D} go on",
        "        leading spaces",
        "nul\0and\u{7f}del",
        "9f8a6b2c4d1e",
        "Tr0ub4dor&3",
        "passwordless login is the future",
        "dragonmonkeyteapot",
        "monkey58291",
        "x9Q!x9Qz",
        "my1qaz!secretplan",
    ] {
        assert_eq!(chosen(password), Ok(()), "{password:?}");
    }
}

#[test]
fn what_is_guessed_first_is_refused() {
    for password in [
        "password",
        "PASSWORD",
        "Passwort",
        "iloveyou",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "trustno1",
        "starwars",
        "michelle",
        "jennifer",
        "liverpool",
        "12345678",
        "123456789",
        "1234567890",
        "87654321",
        "11111111",
        "00000000",
        "0123456789",
        "qwertyuiop",
        "asdfghjkl",
        "qwertz123",
        "azertyuiop",
        "1qaz2wsx",
        "qazwsxedc",
        "zaq12wsx",
        "1q2w3e4r",
        "q1w2e3r4",
        "abcdefgh",
        "abcd1234",
        "aaaaaaaa",
        "abababab",
        "abcabcabc",
        "qwerty123456",
        "aaa111bbb",
        "!@#$%^&*",
        "йцукенгш",
        "contraseña",
        "geheim123",
        "senha123",
        "motdepasse",
        "wachtwoord",
        "administrator",
        "changeme",
        "letmein!",
        "blink182",
    ] {
        assert_eq!(chosen(password), Err(PasswordUnfit::Common), "{password:?}");
    }
}

#[test]
fn the_usual_variations_of_it_are_refused_too() {
    for password in [
        "Password1",
        "password123",
        "Password2024!",
        "password12345678",
        "!!password!!",
        "123password",
        "p@ssw0rd",
        "P4$$W0RD",
        "pa55word!",
        "m0nk3y99",
        "dr4gon2020",
        "Summer2023!",
        "ＰＡＳＳＷＯＲＤ",
        "passwordpassword",
        "lovelove1",
        "monkeymonkey7",
        "welcome#1",
        "7hunter2!",
        "qwerty!1",
        "Zoë12345",
        "zoe\u{308}2024!",
    ] {
        assert!(chosen(password).is_err(), "{password:?}");
    }
}

#[test]
fn the_user_name_and_the_address_are_no_passwords() {
    for password in ["quetzalcoatl", "QUETZALCOATL", "Quetzalcoatl1!", "ｑuetzalcoatl"] {
        let refused = chosen_by("Quetzalcoatl", "x@example.com", password);
        assert_eq!(refused, Err(PasswordUnfit::UserName), "{password}");
    }
    for password in ["vikingur@mail.example", "Víkingur@MAIL.example", "víkingur", "Víkingur99"]
    {
        let refused = chosen_by("somebody", "víkingur@mail.example", password);
        let plain = password.starts_with("vik");
        assert_eq!(refused.is_err(), !plain, "{password}");
        assert!(plain || refused == Err(PasswordUnfit::Email), "{password}");
    }
    // A user name that is an address is taken for one.
    let refused = chosen_by("quetzalcoatl@mail.example", "x@example.com", "quetzalcoatl");
    assert_eq!(refused, Err(PasswordUnfit::UserName));
    // What merely holds the name is another password, and so is that of somebody without an address.
    assert_eq!(chosen_by("zoe", "zoe@example.com", "zoe likes quiet evenings"), Ok(()));
    let name = "somebody".parse().unwrap();
    assert_eq!(check_new_password(&secret("xk7fq2mv"), &name, None), Ok(()));
    assert_eq!(chosen_by("somebody", "@", "xk7fq2mv"), Ok(()));
}

#[test]
fn the_sentences_say_the_mend_and_nothing_of_the_password() {
    for refused in [
        PasswordUnfit::TooShort,
        PasswordUnfit::TooLong,
        PasswordUnfit::Common,
        PasswordUnfit::UserName,
        PasswordUnfit::Email,
    ] {
        let sentence = refused.to_string();
        assert!(sentence.starts_with("The password ") && sentence.ends_with('.'), "{sentence}");
        assert!(sentence.contains("choose"), "{sentence}");
    }
}

/// What stands in the list is compared as it is, so it must be written as passwords are when compared.
#[test]
fn the_list_is_folded_sorted_and_without_doubles() {
    let list = include_str!("../../src/directory/passwords/policy/common.txt");
    let words: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(words.len() > 4000 && list.len() < 100_000, "{} {}", words.len(), list.len());
    assert!(words.is_sorted_by(|one, other| one < other));
    for word in words {
        assert!(folded(word) == word && word.trim() == word && word.len() >= 3, "{word}");
    }
}

/// Two threads' worth of room would hide what one shows.
fn small(entropy: impl Entropy + 'static) -> Arc<Passwords> {
    let patience = Duration::from_secs(300);
    let size = PoolSize { threads: NonZeroUsize::MIN, waiting: 1, patience };
    Arc::new(Passwords::new(size, COST, Arc::new(entropy)))
}

const COST: Cost = Cost { memory: 65_536, passes: 6, lanes: 1 };

#[tokio::test]
async fn a_new_digest_costs_what_is_set_and_has_a_salt_of_its_own() {
    let passwords = small(SystemEntropy);
    let first = passwords.digest(secret("xk7fq2mv")).await.unwrap();
    let second = passwords.digest(secret("xk7fq2mv")).await.unwrap();
    assert_eq!((first.cost(), second.cost()), (COST, COST));
    assert!(!first.is_same_as(&second) && first.is_same_as(&first));
    assert_eq!(passwords.matches(secret("xk7fq2mv"), Arc::new(first)).await, Ok(true));
    assert_eq!(passwords.matches(secret("xk7fq2mw"), Arc::new(second)).await, Ok(false));
    assert_eq!((passwords.made(), passwords.work()), (2, (2, 4 * COST.kibibytes())));
}

#[tokio::test]
async fn digests_wait_in_the_queue_of_those_that_are_compared() {
    let passwords = small(SystemEntropy);
    let make = || {
        let passwords = Arc::clone(&passwords);
        tokio::spawn(async move { passwords.digest(secret("xk7fq2mv")).await.map(|_| ()) })
    };
    let first = make();
    eventually("the thread has taken it up", async || {
        passwords.waiting() == 0 && !first.is_finished()
    })
    .await;
    let second = make();
    eventually("the place is taken", async || passwords.waiting() == 1).await;
    let refused = passwords.digest(secret("x")).await.map(|_| ());
    let too_many = |refused| matches!(refused, NotCompared::TooMany { .. });
    assert!(
        matches!(refused, Err(NotMade::NotComputed(reason)) if too_many(reason)),
        "{refused:?}"
    );
    let digest = Arc::new(crate::support::people::hash().parse().unwrap());
    assert!(passwords.matches(secret("x"), digest).await.is_err_and(too_many));
    assert_eq!(passwords.refused(), 2);
    second.abort();
    eventually("the place is free", async || passwords.waiting() == 0).await;
    assert_eq!(first.await.unwrap(), Ok(()));
    assert_eq!(passwords.made(), 1, "the one that was given up was made");
}

#[tokio::test]
async fn nobody_waits_for_a_digest_longer_than_the_patience() {
    let patience = Duration::from_millis(1);
    let size = PoolSize { threads: NonZeroUsize::MIN, waiting: 1, patience };
    let passwords = Passwords::new(size, COST, Arc::new(SystemEntropy));
    let made = passwords.digest(secret("xk7fq2mv")).await.map(|_| ());
    assert_eq!(made, Err(NotMade::NotComputed(NotCompared::TooSlow)));
}

#[derive(Debug)]
struct NoEntropy;

impl Entropy for NoEntropy {
    fn fill(&self, _: &mut [u8]) -> Result<(), EntropyUnavailable> {
        Err(EntropyUnavailable)
    }
}

#[tokio::test]
async fn without_a_salt_and_of_what_nobody_can_sign_in_with_no_digest_is_made() {
    let refused = |reason| Err(NotMade::CannotHash(reason));
    let made = small(NoEntropy).digest(secret("xk7fq2mv")).await.map(|_| ());
    assert_eq!(made, refused(CannotHash::Entropy(EntropyUnavailable)));
    for password in [String::new(), "x".repeat(1025)] {
        let made = small(SystemEntropy).digest(secret(&password)).await.map(|_| ());
        assert_eq!(made, refused(CannotHash::Length));
    }
}
