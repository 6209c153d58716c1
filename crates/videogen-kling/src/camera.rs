//! How the camera moves, `camera_control` of the older API.

use serde::Serialize;
use videogen_core::Error;

use crate::options::refused;

/// How the camera moves.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum CameraControl {
    /// `simple`: one movement, by so much. -10 to 10, and not 0.
    Simple(CameraMove, f64),
    /// `down_back`: down and back.
    DownBack,
    /// `forward_up`: forward and up.
    ForwardUp,
    /// `right_turn_forward`: to the right, then forward.
    RightTurnForward,
    /// `left_turn_forward`: to the left, then forward.
    LeftTurnForward,
}

/// One movement of the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CameraMove {
    /// Along the x axis: negative to the left.
    Horizontal,
    /// Along the y axis: negative downwards.
    Vertical,
    /// About the y axis: negative to the left.
    Pan,
    /// About the x axis: negative downwards.
    Tilt,
    /// About the z axis: negative counterclockwise.
    Roll,
    /// Of the focal length: negative is a longer one.
    Zoom,
}

impl CameraControl {
    pub(crate) fn check(self) -> Result<(), Error> {
        match self {
            Self::Simple(_, by) if by == 0.0 || !(-10.0..=10.0).contains(&by) => {
                Err(refused(&format!("`camera_control` moves by {by}, not by -10 to 10 without 0")))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn json(self) -> CameraJson {
        let (kind, config) = match self {
            Self::Simple(along, by) => ("simple", Some(Config::of(along, by))),
            Self::DownBack => ("down_back", None),
            Self::ForwardUp => ("forward_up", None),
            Self::RightTurnForward => ("right_turn_forward", None),
            Self::LeftTurnForward => ("left_turn_forward", None),
        };
        CameraJson { kind, config }
    }
}

#[derive(Serialize)]
pub(crate) struct CameraJson {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<Config>,
}

/// One of them is not 0.
#[derive(Default, Serialize)]
struct Config {
    horizontal: f64,
    vertical: f64,
    pan: f64,
    tilt: f64,
    roll: f64,
    zoom: f64,
}

impl Config {
    fn of(along: CameraMove, by: f64) -> Self {
        let mut config = Self::default();
        let moved = match along {
            CameraMove::Horizontal => &mut config.horizontal,
            CameraMove::Vertical => &mut config.vertical,
            CameraMove::Pan => &mut config.pan,
            CameraMove::Tilt => &mut config.tilt,
            CameraMove::Roll => &mut config.roll,
            CameraMove::Zoom => &mut config.zoom,
        };
        *moved = by;
        config
    }
}
