//! URLs that open a file for whoever has them, for a time.

use std::time::Duration;

use percent_encoding::percent_decode_str;
use videogen_core::{path, timestamp};

use crate::wall::Time;
use crate::world::Emulated;

/// What stands for a signature.
const SIGNATURE: &str = "EMULATED";

/// How the URLs of files on the storage are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signing {
    /// As presigned URLs of S3, good for so long unless the script says otherwise.
    Amazon(Duration),
    /// With the parameter `signature`, for ever unless the script says otherwise.
    Parameter,
}

/// What the URLs that are made for a generation at one time have in common.
pub(crate) struct Signer<'a> {
    pub(crate) origin: &'a str,
    pub(crate) generation: &'a Emulated,
    pub(crate) id: &'a str,
    pub(crate) now: Time,
    pub(crate) signing: Signing,
}

impl Signer<'_> {
    /// The URL of a video. The first is named as the generation.
    pub(crate) fn video(&self, number: usize) -> String {
        match number {
            0 => self.file(".mp4"),
            number => self.file(&format!("/{}.mp4", number.saturating_add(1))),
        }
    }

    pub(crate) fn last_frame(&self) -> String {
        self.file(".png")
    }

    fn file(&self, ending: &str) -> String {
        let query = match self.signing {
            Signing::Amazon(lifetime) => self.amazon(lifetime),
            Signing::Parameter => format!("signature={}", self.signature()),
        };
        let (provider, id) = (self.generation.script.provider, self.segment());
        format!("{}/files/{provider}/{id}{ending}?{query}", self.origin)
    }

    fn segment(&self) -> String {
        path::encode_segment(self.id).unwrap_or_default()
    }

    /// The query of a presigned URL, whose lifetime is this unless the script says so.
    fn amazon(&self, usual: Duration) -> String {
        let signed = self.now.compact();
        let day = signed.get(..8).unwrap_or_default();
        let lifetime = self.generation.script.url_lifetime.unwrap_or(usual);
        format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={SIGNATURE}%2F{day}%2Fus-east-1%2Fs3%2Faws4_request\
             &X-Amz-Date={signed}&X-Amz-Expires={}&X-Amz-SignedHeaders=host&X-Amz-Signature={}",
            lifetime.as_secs_f64().ceil(),
            self.signature(),
        )
    }

    /// Says when it was made, and after how many renewals, where that decides how long it is good.
    fn signature(&self) -> String {
        let renewals = self.generation.fetched.renewals;
        match self.minted() {
            0 if renewals == 0 => SIGNATURE.to_owned(),
            minted => format!("{SIGNATURE}.{minted:x}.{renewals:x}"),
        }
    }

    /// The same in the form of a UUID.
    pub(crate) fn token(&self) -> String {
        let renewals = self.generation.fetched.renewals & 0xfff;
        format!("00000000-0000-4000-8{renewals:03x}-{:012x}", self.minted())
    }

    /// When it is made, in milliseconds since 1970; 0 if that does not matter.
    fn minted(&self) -> u64 {
        match self.generation.script.url_lifetime {
            Some(_) => self.now.unix_milliseconds(),
            None => 0,
        }
    }
}

/// What a signature is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    Good,
    Expired,
    Forged,
}

/// What the query of a URL is worth at `now`.
pub(crate) fn worth(generation: &Emulated, query: &str, now: Time) -> Worth {
    let signature = parameter(query, "X-Amz-Signature").or_else(|| parameter(query, "signature"));
    let stamp = match (signature, parameter(query, "token")) {
        (Some(signature), _) => read_signature(&signature),
        (None, Some(token)) => read_token(&token),
        (None, None) => None,
    };
    let Some((minted, renewals)) = stamp else { return Worth::Forged };
    if renewals != generation.fetched.renewals & 0xfff {
        return Worth::Expired;
    }
    let expiry = match generation.script.url_lifetime {
        Some(lifetime) => Some(Time::from_unix(Duration::from_millis(minted)).plus(lifetime)),
        None => timestamp::presigned_expiry(&format!("?{query}")).map(Time::from),
    };
    match expiry {
        Some(expiry) if now >= expiry => Worth::Expired,
        _ => Worth::Good,
    }
}

fn read_signature(signature: &str) -> Option<(u64, u64)> {
    let stamp = signature.strip_prefix(SIGNATURE)?;
    if stamp.is_empty() {
        return Some((0, 0));
    }
    let (minted, renewals) = stamp.strip_prefix('.')?.split_once('.')?;
    Some((hex(minted)?, hex(renewals)? & 0xfff))
}

fn read_token(token: &str) -> Option<(u64, u64)> {
    let (renewals, minted) = token.strip_prefix("00000000-0000-4000-8")?.split_once('-')?;
    Some((hex(minted)?, hex(renewals)?))
}

fn hex(digits: &str) -> Option<u64> {
    u64::from_str_radix(digits, 16).ok()
}

/// A parameter of a query, decoded.
pub(crate) fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}
