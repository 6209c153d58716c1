//! Lists that come in pages.

/// Which page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListQuery {
    /// How many items at the most. `None` leaves it to the provider.
    pub limit: Option<u32>,
    /// [`Page::next`] of the page before. `None` is the first page.
    pub cursor: Option<String>,
}

impl ListQuery {
    /// The first page, as long as the provider makes it.
    #[must_use]
    pub const fn first() -> Self {
        Self { limit: None, cursor: None }
    }

    /// This one with at most `limit` items.
    #[must_use]
    pub const fn with_limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The page after the one whose [`Page::next`] this is.
    #[must_use]
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }
}

/// One page of a list, in the provider's order.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// What [`ListQuery::after`] takes for the page after this one. `None` on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// These items, and where the next page begins if there is one.
    #[must_use]
    pub const fn new(items: Vec<T>, next: Option<String>) -> Self {
        Self { items, next }
    }
}
