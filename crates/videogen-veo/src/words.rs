//! The words of a submission's closed parameters, from the pages "Generate videos with Veo" and "Veo on Vertex AI video generation
//! API".

use std::fmt;

macro_rules! words {
    ($(#[$about:meta])+ $name:ident: $($(#[$word_about:meta])+ $variant:ident $word:literal,)+) => {
        $(#[$about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$word_about])+ $variant,)+
        }

        impl $name {
            /// Every documented one.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Google's word for it.
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
    /// The shape of the picture, width to height, `aspectRatio`.
    AspectRatio:
    /// `16:9`, which Veo takes when it is not told.
    R16x9 "16:9",
    /// `9:16`
    R9x16 "9:16",
}

words! {
    /// How large the picture is, `resolution`.
    Resolution:
    /// `720p`, which Veo takes when it is not told.
    P720 "720p",
    /// `1080p`
    P1080 "1080p",
    /// `4k`
    K4 "4k",
}

words! {
    /// Whether people may be in the video, `personGeneration`. Which are allowed depends on the model, the inputs and the country.
    PersonGeneration:
    /// `allow_all`: also children.
    AllowAll "allow_all",
    /// `allow_adult`
    AllowAdult "allow_adult",
    /// `dont_allow`. Vertex AI's newer pages write `disallow`.
    DontAllow "dont_allow",
    /// `disallow`, by the newer pages of Vertex AI.
    Disallow "disallow",
}

words! {
    /// How the video is compressed, `compressionQuality`. At Vertex AI only.
    CompressionQuality:
    /// `optimized`, which Veo takes when it is not told.
    Optimized "optimized",
    /// `lossless`
    Lossless "lossless",
}

words! {
    /// What is done with a first frame of another shape, `resizeMode`. At Vertex AI only.
    ResizeMode:
    /// `pad`, which Veo takes when it is not told.
    Pad "pad",
    /// `crop`
    Crop "crop",
}

words! {
    /// What a reference image is for, `referenceType`.
    ReferenceType:
    /// `asset`: a scene, an object, a character.
    Asset "asset",
    /// `style`: colours, lighting, texture. Not for the models of Veo 3.1, and at Vertex AI only.
    Style "style",
}
