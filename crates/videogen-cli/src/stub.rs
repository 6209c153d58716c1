#![expect(missing_debug_implementations, unreachable_pub, reason = "stub")]
use std::path::{Path, PathBuf};
use videogen_core::{Error, ErrorKind, Generation, Handle, Output, OutputKind};
use videogen_reqwest::Client;
#[derive(Clone, Copy)]
pub struct DownloadProgress {
    pub bytes: u64,
    pub total: Option<u64>,
    pub resumed: u32,
}
#[derive(Clone)]
pub struct Downloaded {
    pub bytes: u64,
    pub fetched: u64,
    pub resumed: u32,
    pub container: Option<Container>,
    pub path: Option<PathBuf>,
}
#[derive(Clone, Copy, PartialEq)]
pub enum Container {
    Whole,
    Unknown,
}
pub fn output_file_name(handle: &Handle, output: &Output, nth: usize, _: Option<&str>) -> String {
    output.file_name.clone().unwrap_or_else(|| {
        format!(
            "{}_{}{}.mp4",
            handle.provider(),
            handle.id(),
            if nth > 0 { format!("_{}", nth + 1) } else { String::new() }
        )
    })
}
pub trait ClientStub {
    fn download<'a>(&self, generation: &Generation) -> DownloadBuilder<'a>;
}
impl ClientStub for Client {
    fn download<'a>(&self, _: &Generation) -> DownloadBuilder<'a> {
        DownloadBuilder { on: None, overwrite: false }
    }
}
pub struct DownloadBuilder<'a> {
    on: Option<Box<dyn FnMut(DownloadProgress) + Send + 'a>>,
    overwrite: bool,
}
impl<'a> DownloadBuilder<'a> {
    pub fn nth(self, _: OutputKind, _: usize) -> Self {
        self
    }
    pub fn overwrite(mut self, y: bool) -> Self {
        self.overwrite = y;
        self
    }
    pub fn allow_private_addresses(self, _: bool) -> Self {
        self
    }
    pub fn check_container(self, _: bool) -> Self {
        self
    }
    pub fn max_bytes(self, _: u64) -> Self {
        self
    }
    pub fn on_progress(mut self, f: impl FnMut(DownloadProgress) + Send + 'a) -> Self {
        self.on = Some(Box::new(f));
        self
    }
    pub async fn to_file(mut self, path: &Path) -> Result<Downloaded, Error> {
        for i in 0..20 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            if let Some(on) = &mut self.on {
                on(DownloadProgress { bytes: i * 1000, total: Some(20000), resumed: 0 })
            }
        }
        if path.exists() && !self.overwrite {
            return Err(Error::new(ErrorKind::InvalidInput, "exists"));
        }
        std::fs::write(path, vec![7; 20000])
            .map_err(|e| Error::new(ErrorKind::InvalidInput, e.to_string()))?;
        Ok(Downloaded {
            bytes: 20000,
            fetched: 20000,
            resumed: 0,
            container: Some(Container::Whole),
            path: Some(path.to_owned()),
        })
    }
}
