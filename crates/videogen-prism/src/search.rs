//! What is looked for in a list.

use videogen_core::ListQuery;

/// Which templates or characters are listed, and which page of them.
///
/// ```
/// use videogen_prism::Search;
/// let first = Search::matching("product").with_limit(10);
/// let second = first.clone().after("10"); // `next` of the page before
/// # assert_ne!(first, second);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Search {
    /// `q`: what the entries are to have in them, in whatever case. At least 2 characters.
    pub q: Option<String>,
    /// Which page.
    pub page: ListQuery,
}

impl Search {
    /// All of them, the first page, as long as Prism makes it.
    #[must_use]
    pub const fn all() -> Self {
        Self { q: None, page: ListQuery::first() }
    }

    /// Those with `q` in them.
    #[must_use]
    pub fn matching(q: impl Into<String>) -> Self {
        Self { q: Some(q.into()), page: ListQuery::first() }
    }

    /// This with at most `limit` entries a page.
    #[must_use]
    pub const fn with_limit(mut self, limit: u32) -> Self {
        self.page.limit = Some(limit);
        self
    }

    /// The page after the one whose [`Page::next`](videogen_core::Page::next) this is.
    #[must_use]
    pub fn after(mut self, next: impl Into<String>) -> Self {
        self.page = self.page.after(next);
        self
    }
}
