//! The words of a submission's closed parameters, from the pages of the two APIs.

use std::fmt;

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$meaning])* $variant,)+
        }

        impl $name {
            /// Every documented one.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Kling's word for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// How large the picture is, `settings.resolution` of the newer API. Which model has which is on the models' own pages.
    Resolution {
        /// `720p`, which is what Kling makes when it is not told.
        P720 = "720p",
        /// `1080p`
        P1080 = "1080p",
        /// `4k`
        K4 = "4k",
    }
}

words! {
    /// The shape of the picture, width to height, in both APIs.
    AspectRatio {
        /// `16:9`, which is what Kling makes when it is not told.
        R16x9 = "16:9",
        /// `9:16`
        R9x16 = "9:16",
        /// `1:1`
        R1x1 = "1:1",
    }
}

words! {
    /// Whether there is sound, `settings.audio` of the newer API.
    Audio {
        /// `native`: made with the picture.
        Native = "native",
        /// `original`: that of the video that it is made from.
        Original = "original",
        /// `off`: none, which is what Kling makes when it is not told.
        Off = "off",
    }
}

words! {
    /// How much is put into a video, `mode` of the older API.
    Mode {
        /// `std`, which is what Kling does when it is not told.
        Standard = "std",
        /// `pro`
        Professional = "pro",
        /// `4k`
        K4 = "4k",
    }
}
