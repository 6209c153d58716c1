//! How far the exchange on this thread has come, and the credentials that are added to it on the way.
//!
//! ureq runs an exchange on the thread that asked for it, from the resolver to the last byte, so that a transport and
//! the connector below it can meet in a thread's own memory.

use std::cell::RefCell;

use http::{HeaderMap, HeaderName, HeaderValue};

/// How far an exchange came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Not as far as connecting; the host's name is looked up here.
    Began,
    /// A connection was being made. Nothing of the request left.
    Connecting,
    /// Something of the request may have left.
    Sent,
    /// The agent is not ours, and does not tell.
    Unknown,
}

struct State {
    stage: Stage,
    credentials: Vec<(HeaderName, HeaderValue)>,
    /// Connections that are being made, one inside the other: the inner one is to a proxy.
    connecting: usize,
}

thread_local! {
    static STATE: RefCell<State> =
        const { RefCell::new(State { stage: Stage::Began, credentials: Vec::new(), connecting: 0 }) };
}

/// An exchange on this thread. Ends when dropped.
pub(crate) struct Exchange(());

impl Exchange {
    /// Begins an exchange, and takes the sensitive headers away: they are added again below ureq.
    pub(crate) fn begin(headers: &mut HeaderMap) -> Self {
        let names: Vec<HeaderName> = headers
            .iter()
            .filter(|(_, value)| value.is_sensitive())
            .map(|(name, _)| name.clone())
            .collect();
        let mut credentials = Vec::new();
        for name in names {
            // All values of that name, so that their order stays; the second time there are none left.
            if let http::header::Entry::Occupied(entry) = headers.entry(&name) {
                let (name, values) = entry.remove_entry_mult();
                credentials.extend(values.map(|value| (name.clone(), value)));
            }
        }
        STATE.with_borrow_mut(|state| {
            *state = State { stage: Stage::Began, credentials, connecting: 0 };
        });
        Self(())
    }

    /// How far it came.
    pub(crate) fn end(self) -> Stage {
        STATE.with_borrow(|state| state.stage)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        // No key outlives its request here, and none can get into another one.
        STATE.with_borrow_mut(|state| state.credentials.clear());
    }
}

/// A connection that is being made.
pub(crate) struct Connecting {
    depth: usize,
}

/// Notes that a connection is being made.
pub(crate) fn connecting() -> Connecting {
    STATE.with_borrow_mut(|state| {
        state.connecting += 1;
        state.stage = Stage::Connecting;
        Connecting { depth: state.connecting }
    })
}

/// Whether a connection is being made.
pub(crate) fn is_connecting() -> bool {
    STATE.with_borrow(|state| state.connecting > 0)
}

impl Connecting {
    /// Whether it is made for another connection, which will go through it.
    pub(crate) const fn is_to_a_proxy(&self) -> bool {
        self.depth > 1
    }
}

impl Drop for Connecting {
    fn drop(&mut self) {
        STATE.with_borrow_mut(|state| state.connecting = state.connecting.saturating_sub(1));
    }
}

/// Notes that the first `amount` bytes of `output` are about to leave, and adds the credentials to the first
/// of them. Returns how many bytes there are now.
pub(crate) fn sending(output: &mut [u8], amount: usize) -> Result<usize, ureq::Error> {
    STATE.with_borrow_mut(|state| {
        let lines = header_lines(&std::mem::take(&mut state.credentials));
        let amount = insert_after_first_line(output, amount, &lines)?;
        state.stage = Stage::Sent;
        Ok(amount)
    })
}

fn header_lines(headers: &[(HeaderName, HeaderValue)]) -> Vec<u8> {
    let mut lines = Vec::new();
    for (name, value) in headers {
        lines.extend_from_slice(name.as_str().as_bytes());
        lines.extend_from_slice(b": ");
        lines.extend_from_slice(value.as_bytes());
        lines.extend_from_slice(b"\r\n");
    }
    lines
}

fn insert_after_first_line(
    output: &mut [u8],
    amount: usize,
    lines: &[u8],
) -> Result<usize, ureq::Error> {
    if lines.is_empty() {
        return Ok(amount);
    }
    let sum = amount + lines.len();
    let first =
        output.get(..amount).and_then(|sent| sent.windows(2).position(|two| two == b"\r\n"));
    let (Some(first), true) = (first, sum <= output.len()) else {
        return Err(ureq::Error::Other("the request's headers are too long".into()));
    };
    let at = first + 2;
    output.copy_within(at..amount, at + lines.len());
    if let Some(gap) = output.get_mut(at..at + lines.len()) {
        gap.copy_from_slice(lines);
    }
    Ok(sum)
}
