//! The guide `docs/adding-a-provider.md`: its code is that of files which are built and tested.

use std::collections::BTreeSet;

use crate::Problem;
use crate::workspace::text;

const GUIDE: &str = "docs/adding-a-provider.md";

/// What stands above a block of code, and says which file it is.
const MARK: (&str, &str) = ("<!-- ", " -->");

/// What the mark of a block ends with that is not all of its file.
const PART: &str = ": part";

/// Languages whose blocks are code of files.
const CODE: [&str; 3] = ["rust", "toml", "json"];

/// The files that the guide has whole.
const WHOLE: [&str; 6] = [
    "examples/acme/Cargo.toml",
    "examples/acme/src/lib.rs",
    "examples/acme/src/provider.rs",
    "examples/acme/src/status.rs",
    "examples/acme/src/wire.rs",
    "examples/acme-command/src/main.rs",
];

pub(crate) fn check() -> Result<(), Problem> {
    let guide = text(GUIDE)?;
    let mut whole = BTreeSet::new();
    for block in blocks(&guide) {
        let Some(mark) = block.mark else {
            return Err(format!("{GUIDE}:{}: the code does not say which file it is", block.line));
        };
        let (path, is_part) = match mark.strip_suffix(PART) {
            Some(path) => (path, true),
            None => (mark, false),
        };
        let file = text(path)?;
        let fits = if is_part { file.contains(&block.code) } else { file == block.code };
        if !fits {
            return Err(format!("{GUIDE}:{}: the code is not that of {path}", block.line));
        }
        if !is_part {
            whole.insert(path);
        }
    }
    match WHOLE.into_iter().find(|path| !whole.contains(path)) {
        Some(path) => Err(format!("{GUIDE} does not show {path}")),
        None => Ok(()),
    }
}

struct Block<'a> {
    line: usize,
    mark: Option<&'a str>,
    code: String,
}

fn blocks(guide: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = guide.lines().enumerate();
    let mut mark = None;
    while let Some((number, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            mark = line.strip_prefix(MARK.0).and_then(|rest| rest.strip_suffix(MARK.1));
            continue;
        };
        let code = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
        let code: String = code.flat_map(|line| [line, "\n"]).collect();
        if CODE.contains(&language) {
            blocks.push(Block { line: number + 1, mark, code });
        }
        mark = None;
    }
    blocks
}
