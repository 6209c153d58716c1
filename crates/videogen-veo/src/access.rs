//! Access tokens, which live for an hour or so.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use http::header::AUTHORIZATION;
use videogen_core::{ApiKey, Credentials, Error, ErrorKind, HttpRequest, Signer, timestamp};

/// How long before its end a token is taken for expired: one that ends on the way is answered with 401, which ends a wait.
const LEEWAY: Duration = Duration::from_secs(30);

type Hook = dyn Fn(SystemTime) -> Result<ApiKey, Error> + Send + Sync;

/// The OAuth access token that Vertex AI wants as `Authorization: Bearer …`: a fixed one, or what a hook hands out for each request.
///
/// ```
/// use videogen_core::ApiKey;
/// use videogen_veo::{AccessToken, SharedToken};
///
/// // What `gcloud auth print-access-token` prints: good for an hour.
/// let fixed = AccessToken::from(ApiKey::new("ya29.your-token").unwrap());
/// // What a task of yours refreshes.
/// let shared = SharedToken::new();
/// let refreshed = AccessToken::from(shared.clone());
/// // Anything else.
/// let hook = AccessToken::from_hook(|_now| ApiKey::new("ya29.your-token"));
/// assert_eq!(format!("{fixed:?} {hook:?}"), "AccessToken(<redacted>) AccessToken(hook)");
/// ```
#[derive(Clone)]
pub struct AccessToken(Source);

#[derive(Clone)]
enum Source {
    Fixed(ApiKey),
    Hook(Arc<Hook>),
}

impl AccessToken {
    /// The token that `hook` hands out, which is asked for each request, with the time at which it is sent.
    ///
    /// It is called on the thread, or in the task, that sends the request, so **it must not block**: no network, no file, no sleep.
    /// Let a task of its own fetch tokens, and the hook hand out the newest: [`SharedToken`] is that.
    ///
    /// An error of the kind [`ErrorKind::NotDelivered`] says that there is no token at the moment: nothing is sent, a wait asks again
    /// later, and a submission is tried again within its budget. [`ErrorKind::Unauthorized`] says that there will be none, and ends both.
    #[must_use]
    pub fn from_hook(
        hook: impl Fn(SystemTime) -> Result<ApiKey, Error> + Send + Sync + 'static,
    ) -> Self {
        Self(Source::Hook(Arc::new(hook)))
    }

    pub(crate) fn credentials(&self) -> Result<Credentials, Error> {
        Ok(match &self.0 {
            Source::Fixed(token) => (AUTHORIZATION, token.bearer()?).into(),
            Source::Hook(hook) => {
                Credentials::from(Arc::new(Bearer(hook.clone())) as Arc<dyn Signer>)
            }
        })
    }
}

/// A fixed token.
impl From<ApiKey> for AccessToken {
    fn from(token: ApiKey) -> Self {
        Self(Source::Fixed(token))
    }
}

impl From<SharedToken> for AccessToken {
    fn from(shared: SharedToken) -> Self {
        Self::from_hook(move |now| shared.token(now))
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Source::Fixed(_) => "AccessToken(<redacted>)",
            Source::Hook(_) => "AccessToken(hook)",
        })
    }
}

/// Puts on what the hook hands out.
struct Bearer(Arc<Hook>);

impl Signer for Bearer {
    fn sign(&self, request: &mut HttpRequest, now: SystemTime) -> Result<(), Error> {
        let token = (self.0)(now)?;
        // Marked sensitive.
        request.headers_mut().insert(AUTHORIZATION, token.bearer()?);
        Ok(())
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(hook)")
    }
}

/// A token that one task refreshes and all requests use. Its clones are the same token.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use videogen_core::{ApiKey, ErrorKind};
/// use videogen_veo::SharedToken;
///
/// let shared = SharedToken::new();
/// let now = UNIX_EPOCH + Duration::from_secs(1_790_000_000);
/// // Not yet there: nothing is sent, and a wait goes on.
/// assert_eq!(shared.token(now).unwrap_err().kind(), ErrorKind::NotDelivered);
///
/// // In the task that refreshes it, well before the old one expires:
/// shared.set(ApiKey::new("ya29.your-token").unwrap(), now + Duration::from_secs(3600));
/// assert!(shared.token(now).is_ok());
/// assert!(shared.token(now + Duration::from_secs(3600)).is_err());
/// ```
#[derive(Clone, Default)]
pub struct SharedToken(Arc<RwLock<Option<Held>>>);

struct Held {
    token: ApiKey,
    expires_at: SystemTime,
}

impl SharedToken {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on this token, which is good until `expires_at`.
    pub fn set(&self, token: ApiKey, expires_at: SystemTime) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Held { token, expires_at });
    }

    /// From now on none.
    pub fn clear(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Until when the token is good, if there is one.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|held| held.expires_at)
    }

    /// The token, if it is good for another 30 seconds: one that expires on the way is answered with 401, which ends a wait.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotDelivered`] if there is none or it has expired.
    pub fn token(&self, now: SystemTime) -> Result<ApiKey, Error> {
        // Held for as long as a copy takes.
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let missing = |why: String| {
            Err(Error::new(
                ErrorKind::NotDelivered,
                format!("there is no access token to send the request with: {why}"),
            ))
        };
        match &*held {
            None => missing("none was set".to_owned()),
            Some(held) if held.expires_at <= now + LEEWAY => {
                let until = timestamp::format(held.expires_at).unwrap_or_default();
                missing(format!("the last one is good until {until}, and was not refreshed"))
            }
            Some(held) => Ok(held.token.clone()),
        }
    }
}

impl fmt::Debug for SharedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedToken(<redacted>, until {:?})", self.expires_at())
    }
}
