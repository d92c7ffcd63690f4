//! What every page has around it.

/// What the layout of every page shows (`templates/layout.html`).
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// What the page is called.
    pub title: String,
    /// The issuer's path, before every path of ours; empty for most.
    pub base: String,
    /// The person who is signed in.
    pub person: Option<FramePerson>,
}

/// The person who is signed in, at the top of a page.
#[derive(Debug, Clone)]
pub struct FramePerson {
    /// What they are called.
    pub name: String,
    /// The token of the form that signs them out.
    pub sign_out: String,
}

impl Frame {
    /// The frame of a page below `base`, with nobody signed in.
    #[must_use]
    pub fn new(title: impl Into<String>, base: impl Into<String>) -> Self {
        Self { title: title.into(), base: base.into(), person: None }
    }
}
