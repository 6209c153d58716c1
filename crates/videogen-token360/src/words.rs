//! The words of a submission's closed parameters, from the page "Submit video generation request"
//! (<https://www.token360.ai/en-US/docs/api-reference/video-generation/submit-video-generation-request>).

use std::fmt;

/// How large the picture is, `resolution`. Which model has which is on the models' own pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Resolution {
    /// `360p`
    P360,
    /// `480p`
    P480,
    /// `540p`
    P540,
    /// `720p`
    P720,
    /// `1080p`
    P1080,
    /// `1K`
    K1,
    /// `2K`
    K2,
    /// `4K`
    K4,
}

impl Resolution {
    /// Every documented one.
    pub const ALL: [Self; 8] =
        [Self::P360, Self::P480, Self::P540, Self::P720, Self::P1080, Self::K1, Self::K2, Self::K4];

    /// Token360's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::P360 => "360p",
            Self::P480 => "480p",
            Self::P540 => "540p",
            Self::P720 => "720p",
            Self::P1080 => "1080p",
            Self::K1 => "1K",
            Self::K2 => "2K",
            Self::K4 => "4K",
        }
    }
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The shape of the picture, width to height, `aspect_ratio`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AspectRatio {
    /// `adaptive`: left to the model, which has it from its inputs.
    Adaptive,
    /// `16:9`
    R16x9,
    /// `9:16`
    R9x16,
    /// `1:1`
    R1x1,
    /// `4:3`
    R4x3,
    /// `3:4`
    R3x4,
    /// `21:9`
    R21x9,
    /// `9:21`
    R9x21,
}

impl AspectRatio {
    /// Every documented one.
    pub const ALL: [Self; 8] = [
        Self::Adaptive,
        Self::R16x9,
        Self::R9x16,
        Self::R1x1,
        Self::R4x3,
        Self::R3x4,
        Self::R21x9,
        Self::R9x21,
    ];

    /// Token360's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Adaptive => "adaptive",
            Self::R16x9 => "16:9",
            Self::R9x16 => "9:16",
            Self::R1x1 => "1:1",
            Self::R4x3 => "4:3",
            Self::R3x4 => "3:4",
            Self::R21x9 => "21:9",
            Self::R9x21 => "9:21",
        }
    }
}

impl fmt::Display for AspectRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
