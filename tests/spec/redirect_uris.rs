//! Where people may be sent back to (RFC 6749 section 3.1.2, RFC 8252 sections 7 and 8, RFC 9700 sections
//! 2.1 and 4.1).

use signet::oauth::{RedirectUri, UnusableRedirectUri};

fn refusal(text: &str) -> Option<UnusableRedirectUri> {
    text.parse::<RedirectUri>().err()
}

#[track_caller]
fn all_are_refused(texts: &[&str], expected: UnusableRedirectUri) {
    for text in texts {
        assert_eq!(refusal(text), Some(expected), "{text:?}");
    }
}

#[test]
fn good_ones_are_kept_byte_for_byte() {
    let good = [
        "https://app.example.com/callback",
        "https://app.example.com",
        "https://APP.example.com/Callback?x=%20y&z",
        "https://app.example.com:8443/cb",
        "https://xn--bcher-kva.example/cb",
        "https://[2001:db8::1]/cb",
        "http://127.0.0.1/cb",
        "http://127.0.0.1:51004/cb",
        "http://[::1]:51004/cb",
        "http://localhost:9000/callback",
        "com.example.app:/oauth2redirect",
        "com.example.app://callback/path",
        "urn:ietf:wg:oauth:2.0:oob",
    ];
    for text in good {
        let uri: RedirectUri = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(uri.as_str(), text);
    }
}

#[test]
fn schemes_that_run_or_show_something_are_refused() {
    all_are_refused(
        &[
            "javascript:alert(1)",
            "javascript://app.example.com/alert(1)",
            "data:text/html,x",
            "vbscript:msgbox",
            "file:///etc/passwd",
            "blob:https://app.example.com/x",
            "about:blank",
            "ftp://app.example.com/",
            "ws://app.example.com/",
            "mailto:a@example.com",
        ],
        UnusableRedirectUri::Scheme,
    );
}

#[test]
fn a_private_use_scheme_is_a_domain_name_in_reverse() {
    all_are_refused(
        &[
            "myapp:/callback",
            "myapp://callback",
            "a.:/x",
            "a..b:/x",
            "urn:ietf:wg:oauth:2.0:oob:auto",
        ],
        UnusableRedirectUri::Scheme,
    );
}

#[test]
fn a_scheme_in_upper_case_is_refused() {
    let texts = [
        "JAVASCRIPT:alert(1)",
        "JavaScript:alert(1)",
        "HTTPS://app.example.com/",
        "Com.example:/x",
    ];
    all_are_refused(&texts, UnusableRedirectUri::Malformed);
}

#[test]
fn a_fragment_is_refused_even_an_empty_one() {
    let texts = ["https://app.example.com/#", "https://app.example.com/#x", "com.example:/x#y"];
    all_are_refused(&texts, UnusableRedirectUri::Fragment);
}

#[test]
fn what_is_not_absolute_is_refused() {
    let texts =
        ["", "/callback", "//app.example.com/", "callback", "https://", "https:", ":", "?x"];
    all_are_refused(&texts, UnusableRedirectUri::Malformed);
}

#[test]
fn user_names_and_passwords_are_refused() {
    all_are_refused(
        &[
            "https://user@app.example.com/",
            "https://user:password@app.example.com/",
            "https://@app.example.com/",
            "https://:@app.example.com/",
            "https://app.example.com@evil.com/",
            "http://127.0.0.1@evil.com/",
        ],
        UnusableRedirectUri::Credentials,
    );
}

#[test]
fn http_is_for_this_machine_alone() {
    all_are_refused(
        &[
            "http://app.example.com/",
            "http://127.0.0.1.evil.com/",
            "http://localhost.evil.com/",
            "http://evil.localhost/",
            "http://localhost./",
            "http://10.0.0.1/",
            "http://127.0.0.2/",
            "http://0.0.0.0/",
            "http://[::ffff:7f00:1]/",
            "http://[::]/",
        ],
        UnusableRedirectUri::Insecure,
    );
}

#[test]
fn a_host_that_parsers_mend_is_refused() {
    all_are_refused(
        &[
            "https:app.example.com/",
            "https:/app.example.com/",
            "https:///app.example.com/",
            "https:////app.example.com/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "https://%65vil.com/",
            "https://evil%2ecom/",
            "https://*.example.com/",
            "https://*/",
        ],
        UnusableRedirectUri::Host,
    );
}

#[test]
fn characters_that_no_uri_has_are_refused() {
    all_are_refused(
        &[
            "https://app.example.com\\@evil.com/",
            "https:\\\\app.example.com/",
            "https://app.example.com/a b",
            " https://app.example.com/",
            "https://app.example.com/\n",
            "https://app.example.com/\t",
            "ht\ntps://app.example.com/",
            "https://app.example.com/\0",
            "https://bücher.example/",
            "https://app.example.com/ü",
            "https://app.example.com/<script>",
            "https://app.example.com/\"",
            "https://app.example.com/{x}",
            "https://app.example.com/|",
            "https://app.example.com/^",
            "https://app.example.com/`",
        ],
        UnusableRedirectUri::Malformed,
    );
}

#[test]
fn percent_encoding_is_whole_and_hides_no_control_character() {
    all_are_refused(
        &[
            "https://app.example.com/%",
            "https://app.example.com/%2",
            "https://app.example.com/%zz",
            "https://app.example.com/%0d%0aLocation:x",
            "https://app.example.com/?x=%00",
            "https://app.example.com/%7F",
        ],
        UnusableRedirectUri::Malformed,
    );
}

#[test]
fn two_thousand_characters_are_enough() {
    let path = |length: usize| format!("https://app.example.com/{}", "x".repeat(length - 24));
    assert_eq!(refusal(&path(2048)), None);
    assert_eq!(refusal(&path(2049)), Some(UnusableRedirectUri::Malformed));
}
