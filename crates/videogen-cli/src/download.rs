//! `download`: asks once, and gets what there is.

use crate::again_command;
use crate::args::{DownloadArgs, Global};
use crate::exit::Exit;
use crate::fetch::{Fetch, Target};
use crate::follow::{Again, Learn, all_again, follow_and_print};
use crate::handles;
use crate::problem::Problem;

pub(crate) async fn run(global: &Global, args: &DownloadArgs) -> Result<Exit, Problem> {
    let asked = handles::resolve(global, &args.generations)?;
    let target = Target::named(&args.to, asked.len())?;
    let fetch = Fetch::new(target, args.fetch.clone(), None);
    let again = Again::Command {
        options: again_command::download(global, args),
        fetches: true,
        all: all_again(&asked, &args.fetch),
    };
    follow_and_print(global.json, asked, |_| Learn::Once, Some(fetch), false, &again).await
}
