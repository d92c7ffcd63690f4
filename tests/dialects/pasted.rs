//! The lines of `docs/dialects.md` work when pasted.

#[test]
fn todo() {}
